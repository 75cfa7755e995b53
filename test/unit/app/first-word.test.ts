import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { firstWord } from '../../../src/app/first-word.js';
import { configOf } from '../../config-file.js';

describe('the first word to a worker', () => {
  const begin = { kind: 'begin', config: configOf(undefined), processName: 'mx/1' } as const;

  it('is the beginning, whatever else was said before', async () => {
    const channel = new EventEmitter();
    const word = firstWord(channel);
    channel.emit('message', { kind: 'config', config: begin.config });
    channel.emit('message', { kind: 'metrics-wanted', request: 1 });
    channel.emit('message', begin);
    expect(await word).toBe(begin);
    expect(channel.listenerCount('message')).toBe(0);
  });

  it('may be to end before it has begun', async () => {
    const channel = new EventEmitter();
    const word = firstWord(channel);
    channel.emit('message', { kind: 'drain', ms: 1000 });
    channel.emit('message', begin);
    expect(await word).toBeUndefined();
  });
});
