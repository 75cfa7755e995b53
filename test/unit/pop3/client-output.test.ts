import { Writable } from 'node:stream';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { allowedMs, ClientOutput } from '../../../src/pop3/client-output.js';
import { settled, VirtualTime } from '../../virtual-time.js';

/** Takes what it is given when a test lets it. */
class HeldSocket extends Writable {
  readonly taken: Buffer[] = [];
  isHeld = false;
  #go: (() => void) | undefined;

  override _writev(chunks: readonly { chunk: Buffer }[], callback: () => void): void {
    this.#take(Buffer.concat(chunks.map(({ chunk }) => chunk)), callback);
  }

  override _write(chunk: Buffer, _encoding: string, callback: () => void): void {
    this.#take(chunk, callback);
  }

  release(): void {
    this.isHeld = false;
    this.#go?.();
  }

  #take(octets: Buffer, callback: () => void): void {
    this.taken.push(octets);
    if (this.isHeld) this.#go = callback;
    else callback();
  }
}

describe('what a client is sent', () => {
  let socket: HeldSocket;
  let time: VirtualTime;
  let tooSlow: number;
  let output: ClientOutput;

  beforeEach(() => {
    socket = new HeldSocket();
    time = new VirtualTime();
    tooSlow = 0;
    const onTooSlow = (): void => {
      tooSlow += 1;
    };
    output = new ClientOutput({ socket, clock: time, timers: time, octetsPerSecond: () => 100, onTooSlow });
  });

  it('leaves in one write, in order, octet by octet', () => {
    output.text('+OK\r\n');
    output.octets(Buffer.from([0, 0x80, 0xff]));
    output.octets(Buffer.alloc(2000, 0xfe));
    output.text('.\r\n');
    expect(socket.taken).toHaveLength(0);
    output.flush();
    expect(socket.taken).toHaveLength(1);
    const expected = [Buffer.from('+OK\r\n'), Buffer.from([0, 0x80, 0xff]), Buffer.alloc(2000, 0xfe)];
    expect(socket.taken[0]).toEqual(Buffer.concat([...expected, Buffer.from('.\r\n')]));
  });

  it('waits for a client that takes nothing, and goes on when it does', async () => {
    socket.isHeld = true;
    output.octets(Buffer.alloc(100_000));
    expect(output.isFull).toBe(true);
    let hasRoom = false;
    const room = output.room().then(() => (hasRoom = true));
    await settled();
    expect(hasRoom).toBe(false);
    socket.release();
    await room;
    expect(output.isFull).toBe(false);
    expect(tooSlow).toBe(0);
    expect(time.pending).toBe(0);
  });

  it('gives up a client that takes it slower than it must', async () => {
    socket.isHeld = true;
    output.octets(Buffer.alloc(100_000));
    const room = output.room();
    await time.advance(60_000 + 999_000);
    expect(tooSlow).toBe(0);
    await time.advance(1_000);
    expect(tooSlow).toBe(1);
    await room;
    expect(output.isGone).toBe(true);
  });

  it('waits no longer for a client that has gone', async () => {
    socket.isHeld = true;
    output.octets(Buffer.alloc(100_000));
    const room = output.room();
    socket.destroy();
    await room;
    expect(tooSlow).toBe(0);
  });

  it('lets others have their turn where the system takes everything at once', () => {
    for (let piece = 0; piece < 8; piece += 1) output.octets(Buffer.alloc(64 * 1024));
    expect(socket.writableLength).toBe(0);
    expect(output.isFull).toBe(true);
  });

  it('may take a minute, and beyond that as long as its rate allows', () => {
    expect(allowedMs(0, 100)).toBe(60_000);
    expect(allowedMs(1000, 100)).toBe(70_000);
  });
});
