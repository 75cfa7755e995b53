import { Writable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import * as writers from 'cassandra-driver/lib/writers.js';
import {
  sendLargeFramesUncopied,
  type DriverWriters,
  type Frame,
  type Operation,
  type WriteQueue,
} from '../../../../../src/store/cassandra/connection/uncopied-frames.js';

const V4 = 4;
const EXECUTE = 0x0a;
const NO_ENCODER = undefined;
const THRESHOLD = 64 * 1024;

const driver = writers as DriverWriters;
sendLargeFramesUncopied(driver);
sendLargeFramesUncopied(driver); // as every further client does

/** Takes one write, or several that came together, as one packet; by hand, where it is to be slow. */
class Wire extends Writable {
  readonly packets: Buffer[][] = [];
  isSlow = false;
  isBroken = false;
  goOn: (() => void) | undefined;

  override _write(piece: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    this.#take([piece], done);
  }

  override _writev(pieces: { chunk: Buffer }[], done: (error?: Error) => void): void {
    this.#take(
      pieces.map(({ chunk }) => chunk),
      done,
    );
  }

  /** (A comparison by Jest would look at each octet for itself.) */
  hasTaken(...frames: Buffer[]): boolean {
    return Buffer.concat(this.packets.flat()).equals(Buffer.concat(frames));
  }

  #take(pieces: Buffer[], done: (error?: Error) => void): void {
    if (this.isBroken) {
      done(new Error('reset by peer'));
      return;
    }
    this.packets.push(pieces);
    if (this.isSlow) this.goOn = done;
    else done();
  }
}

function connection(): { wire: Wire; queue: WriteQueue } {
  const wire = new Wire();
  wire.on('error', () => undefined);
  const queue = new driver.WriteQueue(wire, NO_ENCODER, {
    socketOptions: { coalescingThreshold: THRESHOLD },
  });
  return { wire, queue };
}

/** A request of such pieces, as the driver's own requests make it. */
function request(streamId: number, ...pieces: Buffer[]): Operation {
  const write = (_encoder: unknown, id: number): Frame => {
    const writer = new driver.FrameWriter(EXECUTE);
    for (const piece of pieces) writer.add(piece);
    return writer.write(V4, id);
  };
  return { request: { write }, streamId, canBeWritten: () => true };
}

async function turns(count: number): Promise<void> {
  for (let done = 0; done < count; done += 1) await turn();
}

/** By the specification of the protocol: version, flags, stream, opcode, length, body. */
function frame(streamId: number, ...pieces: Buffer[]): Buffer {
  const body = Buffer.concat(pieces);
  const header = Buffer.alloc(9);
  header.writeUInt8(V4, 0);
  header.writeInt16BE(streamId, 2);
  header.writeUInt8(EXECUTE, 4);
  header.writeUInt32BE(body.length, 5);
  return Buffer.concat([header, body]);
}

const before = Buffer.from('before');
const after = Buffer.from('after');
const large = Buffer.alloc(128 * 1024, 'large');

describe('Requests on their way to a ring node', () => {
  it('a large value is sent from where it lies, between what belongs around it', async () => {
    const { wire, queue } = connection();
    queue.push(request(7, before, large, after), () => undefined);
    await turns(1);
    expect(wire.hasTaken(frame(7, before, large, after))).toBe(true);
    expect(wire.packets).toHaveLength(1); // one call of the system
    expect(wire.packets[0]?.map(({ length }) => length)).toEqual([
      9 + before.length,
      large.length,
      after.length,
    ]);
    expect(wire.packets[0]?.[1] === large).toBe(true); // the very same
  });

  it('small requests of one moment are sent in one piece', async () => {
    const { wire, queue } = connection();
    queue.push(request(1, before), () => undefined);
    queue.push(request(2, after), () => undefined);
    await turns(1);
    expect(wire.packets).toEqual([[Buffer.concat([frame(1, before), frame(2, after)])]]);
  });

  it('small and large ones keep their order, and what is beyond a moment’s measure follows', async () => {
    const { wire, queue } = connection();
    const sent: number[] = [];
    queue.push(request(1, before), () => sent.push(1));
    queue.push(request(2, large), () => sent.push(2));
    queue.push(request(3, large, after), () => sent.push(3));
    queue.push(request(4, after), () => sent.push(4));
    await turns(20);
    const frames = [frame(1, before), frame(2, large), frame(3, large, after), frame(4, after)];
    expect(wire.hasTaken(...frames)).toBe(true);
    expect(sent).toEqual([1, 2, 3, 4]);
    expect(wire.packets).toHaveLength(3);
  });

  it('while the node takes nothing, nothing more is put together for it', async () => {
    const { wire, queue } = connection();
    wire.isSlow = true;
    for (const id of [1, 2, 3]) queue.push(request(id, large), () => undefined);
    await turns(20);
    expect(wire.packets).toHaveLength(1);
    expect(queue.queue).toHaveLength(2);
    wire.isSlow = false;
    wire.goOn?.();
    await turns(20);
    expect(wire.hasTaken(frame(1, large), frame(2, large), frame(3, large))).toBe(true);
  });

  it('one that was given up, and one that cannot be written, hold up no other', async () => {
    const { wire, queue } = connection();
    const errors: unknown[] = [];
    const note = (error?: unknown): void => void errors.push(error);
    queue.push({ ...request(1, large), canBeWritten: () => false }, note);
    const bug = new TypeError('no number');
    const write = (): never => {
      throw bug;
    };
    queue.push({ ...request(2), request: { write } }, note);
    queue.push(request(3, before), note);
    await turns(1);
    expect(errors).toEqual([expect.any(Error), bug, undefined]);
    expect(wire.hasTaken(frame(3, before))).toBe(true);
  });

  it('when the connection breaks, those not sent yet are told so', async () => {
    const { wire, queue } = connection();
    wire.isBroken = true;
    const errors: unknown[] = [];
    queue.push(request(1, large), () => undefined);
    queue.push(request(2, large), (error) => errors.push(error));
    await turns(20);
    queue.push(request(3, large), (error) => errors.push(error));
    await turns(1);
    expect(errors).toHaveLength(2);
    for (const error of errors) {
      expect(error).toMatchObject({ isSocketError: true, requestNotWritten: true });
    }
  });
});
