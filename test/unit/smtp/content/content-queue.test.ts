import { beforeEach, describe, expect, it } from '@jest/globals';
import { ContentQueue } from '../../../../src/smtp/content/content-queue.js';
import { settled } from '../../../virtual-time.js';

describe('the queue between a socket and the intake', () => {
  let queue: ContentQueue;

  beforeEach(() => {
    queue = new ContentQueue(4);
  });

  async function all(): Promise<string> {
    const pieces: Uint8Array[] = [];
    for await (const piece of queue) pieces.push(piece);
    return Buffer.concat(pieces).toString();
  }

  it('gives what was pushed, in order, to a reader that came before or after', async () => {
    const reading = all();
    queue.push(Buffer.from('ab'));
    await settled();
    queue.push(Buffer.from('cd'));
    queue.end();
    expect(await reading).toBe('abcd');
  });

  it('says when there is room again', async () => {
    expect(queue.room()).toBeUndefined();
    queue.push(Buffer.from('abcd'));
    let hasRoom = false;
    const room = queue.room()?.then(() => (hasRoom = true));
    await settled();
    expect(hasRoom).toBe(false);
    await queue[Symbol.asyncIterator]().next();
    await room;
    expect(hasRoom).toBe(true);
  });

  it('passes a failure on to the reader and lets the writer go', async () => {
    queue.push(Buffer.from('abcd'));
    const room = queue.room();
    queue.fail(new Error('the client is gone'));
    await room;
    await expect(all()).rejects.toThrow('the client is gone');
    expect(queue.room()).toBeUndefined();
  });

  it('drops what comes after the reader has had enough', async () => {
    queue.push(Buffer.from('abcd'));
    for await (const piece of queue) {
      expect(Buffer.from(piece).toString()).toBe('abcd');
      break;
    }
    queue.push(Buffer.from('efghij'));
    expect(queue.room()).toBeUndefined();
  });
});
