// The first word of the primary that counts to a worker: with what it begins, or that it need not begin. Others are for
// workers that have begun; what they say is in the beginning that follows.
import type { EventEmitter } from 'node:events';
import type { BeginMessage, ToWorker } from './worker-messages.js';

/** Undefined: the node is stopping. */
export function firstWord(channel: Pick<EventEmitter, 'on' | 'off'>): Promise<BeginMessage | undefined> {
  return new Promise((resolve) => {
    const hear = (message: ToWorker): void => {
      if (message.kind !== 'begin' && message.kind !== 'drain') return;
      channel.off('message', hear);
      resolve(message.kind === 'begin' ? message : undefined);
    };
    channel.on('message', hear);
  });
}
