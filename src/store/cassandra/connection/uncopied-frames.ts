// Has the driver (4.10.0) send what is large as it is. By itself it copies every request into one buffer, and the
// requests of a moment into another: of each chunk of a message two copies, in memory that only a major collection of
// V8 gives back, one for every 15 MB of mail. Here the octets of a large value go from the caller's own buffer to the
// socket, with what belongs around them, in one `writev`; what is small is put together as before.
//
// A value must therefore stay as it is until its request is answered, or its connection is gone.
import type { Socket } from 'node:net';

/** The driver's `lib/writers.js`, as far as it is leant on here. */
export interface DriverWriters {
  readonly FrameWriter: { new (opcode: number): FrameWriter; readonly prototype: FrameWriter };
  readonly WriteQueue: {
    new (
      socket: NodeJS.WritableStream,
      encoder: unknown,
      options: { readonly socketOptions: { readonly coalescingThreshold: number } },
    ): WriteQueue;
    readonly prototype: WriteQueue;
  };
}

/** One request being written: its body in pieces, and in `write` the whole of it. */
export interface FrameWriter {
  buffers: Buffer[];
  bodyLength: number;
  add(piece: Buffer): void;
  write: (this: FrameWriter, version: number, streamId: number, flags?: number) => Frame;
}

/** What waits to be sent on a connection. */
export interface WriteQueue {
  readonly netClient: Pick<Socket, 'write' | 'cork' | 'uncork'>;
  readonly encoder: unknown;
  readonly coalescingThreshold: number;
  readonly queue: Item[];
  readonly error: Error | null;
  isRunning: boolean;
  canWrite: boolean;
  push(operation: Operation, callback: Item['callback']): void;
  process: (this: WriteQueue) => void;
  setWriteError(error: Error): void;
}

export interface Operation {
  readonly request: { write(encoder: unknown, streamId: number): Frame };
  readonly streamId: number;
  /** Not once it was given up. */
  canBeWritten(): boolean;
}

interface Item {
  readonly operation: Operation;
  /** Without an error: it is being sent. */
  readonly callback: (error?: unknown) => void;
}

/** A Buffer, or a LargeFrame. */
export interface Frame {
  readonly length: number;
}

/** Up to here a copy costs no more than another element of the vector. */
const SMALL_BYTES = 16 * 1024;
/** The length of the body, in the header of a frame of protocol 3 and later. */
const BODY_LENGTH_AT = 5;

class LargeFrame implements Frame {
  readonly pieces: readonly Buffer[];
  readonly length: number;

  constructor(header: Buffer, body: readonly Buffer[], bodyLength: number) {
    this.pieces = [header, ...body];
    this.length = header.length + bodyLength;
  }
}

const taught = new WeakSet<object>();

/** For every client of the process; asked for again it changes nothing. */
export function sendLargeFramesUncopied({ FrameWriter, WriteQueue }: DriverWriters): void {
  if (taught.has(FrameWriter)) return;
  taught.add(FrameWriter);
  const { write } = FrameWriter.prototype;
  FrameWriter.prototype.write = function (version, streamId, flags) {
    const { buffers, bodyLength } = this;
    if (bodyLength <= SMALL_BYTES) return write.call(this, version, streamId, flags);
    this.buffers = []; // the driver's own writes a header, and no more
    this.bodyLength = 0;
    const header = write.call(this, version, streamId, flags) as Buffer;
    header.writeUInt32BE(bodyLength, BODY_LENGTH_AT);
    this.bodyLength = bodyLength;
    return new LargeFrame(header, buffers, bodyLength);
  };
  WriteQueue.prototype.process = function () {
    send(this);
  };
}

/** The driver's own `process`, but for the copying. */
function send(queue: WriteQueue): void {
  if (queue.error !== null) return;
  const begun: Item['callback'][] = [];
  const frames = takeFrames(queue, begun);
  if (frames.length === 0) {
    queue.isRunning = false;
    return;
  }
  for (const callback of begun) callback(); // notes the request, which may be answered as soon as it is sent
  queue.canWrite = writeAtOnce(queue.netClient, piecesOf(frames), (error) => {
    if (error) queue.setWriteError(error);
    // where it does not go on by itself, the next request sets it going again, or the socket when it has room
    else if (queue.queue.length === 0 || !queue.canWrite) queue.isRunning = false;
    else setImmediate(() => queue.process()); // between two, others have their turn
  });
}

/** As many of those waiting as are sent together. */
function takeFrames(queue: WriteQueue, begun: Item['callback'][]): readonly Frame[] {
  const frames: Frame[] = [];
  let octets = 0;
  while (octets < queue.coalescingThreshold) {
    const item = queue.queue.shift();
    if (item === undefined) break;
    const { operation, callback } = item;
    if (!operation.canBeWritten()) {
      callback(new Error('the request was given up before it was sent')); // heard by nobody: it has been answered
      continue;
    }
    try {
      const frame = operation.request.write(queue.encoder, operation.streamId);
      octets += frame.length;
      frames.push(frame);
      begun.push(callback);
    } catch (error) {
      callback(error);
    }
  }
  return frames;
}

/** What is small is put together with its neighbours. */
function piecesOf(frames: readonly Frame[]): readonly Buffer[] {
  const pieces: Buffer[] = [];
  let small: Buffer[] = [];
  const putTogether = (): void => {
    if (small.length > 0) pieces.push(Buffer.concat(small));
    small = [];
  };
  for (const frame of frames) {
    for (const piece of frame instanceof LargeFrame ? frame.pieces : [frame as Buffer]) {
      if (piece.length <= SMALL_BYTES) small.push(piece);
      else {
        putTogether();
        pieces.push(piece);
      }
    }
  }
  putTogether();
  return pieces;
}

function writeAtOnce(
  socket: Pick<Socket, 'write' | 'cork' | 'uncork'>,
  pieces: readonly Buffer[],
  done: (error?: Error | null) => void,
): boolean {
  let hasRoom = true;
  socket.cork();
  pieces.forEach((piece, index) => {
    hasRoom = index === pieces.length - 1 ? socket.write(piece, done) : socket.write(piece);
  });
  socket.uncork();
  return hasRoom;
}
