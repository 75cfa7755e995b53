// What a client sends, cut into what it is: lines, the octets of a message up to the lone dot, or a chunk of so many
// octets. One thing after the other: what follows waits until the one before has been dealt with. Never gives the event
// loop away for long, however many lines one read brings.
import { LONGEST_LINE } from '../command/command-line.js';
import { DotUnstuffing } from '../content/dot-unstuffing.js';
import { PackageStream } from './smtp-server.js';

export type LineEnd = 'crlf' | 'lf' | 'too-long';

/** Whoever reads the stream. A promise means: nothing more until it is fulfilled. */
export interface StreamReader {
  line(line: Buffer, end: LineEnd): Promise<void> | undefined;
  octets(octets: Buffer): Promise<void> | undefined;
  ended(): Promise<void>;
  /** The beginning of a line has come, and maybe more of it. */
  halfLine(): void;
  /** All that came has been dealt with, or waits for somebody: answers may go out now. */
  pause(): void;
}

type Mode =
  | { readonly kind: 'lines' }
  | { readonly kind: 'data'; readonly dots: DotUnstuffing }
  | { readonly kind: 'chunk'; octets: number };

const LINES: Mode = { kind: 'lines' };
const LF = 0x0a;
const CR = 0x0d;
const NOTHING: Buffer = Buffer.alloc(0);
/** Lines dealt with in one turn of the event loop. */
const LINES_PER_TURN = 100;

export class MailStream extends PackageStream {
  readonly #reader: StreamReader;
  #mode: Mode = LINES;
  #line = NOTHING;
  #isLineTooLong = false;
  #isBusy = false;
  #isReading = false;
  /** Chunks that came while an earlier one was being dealt with. */
  #waiting: Buffer[] = [];
  #heldOctets = 0;
  #isDrainDue = false;
  /** The chunk that is being dealt with, and where its next line begins. */
  #chunk: Buffer = NOTHING;
  #nextLineAt = 0;

  constructor(reader: StreamReader) {
    super();
    this.#reader = reader;
  }

  /** Somebody of ours is working on what came; the client waits for us. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** Nothing has come behind the line that is being dealt with. */
  get isLastLine(): boolean {
    return this.#nextLineAt === this.#chunk.length && this.#waiting.length === 0;
  }

  /** What has come behind the line that is being dealt with. */
  nextLineBegins(verb: string): boolean {
    const from = this.#nextLineAt;
    const begins = this.#chunk.toString('latin1', from, from + verb.length).toUpperCase() === verb;
    return begins && this.#chunk.includes(LF, from);
  }

  expectData(): void {
    this.#mode = { kind: 'data', dots: new DotUnstuffing() };
  }

  expectChunk(octets: number): void {
    this.#mode = { kind: 'chunk', octets };
  }

  /**
   * All that `pipe` needs of a Writable: false when it shall wait for 'drain'. The rest of what a Writable does around
   * each chunk costs more than to deal with the one command that is in it.
   */
  override write(chunk: Buffer): boolean {
    this.#heldOctets += chunk.length;
    if (this.#isReading) this.#waiting.push(chunk);
    else this.#read(chunk);
    this.#isDrainDue = this.#isReading && this.#heldOctets >= this.writableHighWaterMark;
    return !this.#isDrainDue;
  }

  #read(chunk: Buffer): void {
    this.#isReading = true;
    this.#chunk = chunk;
    this.#consume(chunk, 0);
  }

  #consume(chunk: Buffer, from: number): void {
    let at = from;
    for (let steps = 0; at < chunk.length && !this.isClosed; steps += 1) {
      if (steps === LINES_PER_TURN) {
        setImmediate(() => this.#consume(chunk, at));
        return;
      }
      const { end, wait } = this.#step(chunk, at);
      at = end;
      if (wait === undefined) continue;
      void this.#consumeAfter(wait, () => this.#consume(chunk, at));
      return;
    }
    this.#chunk = NOTHING; // an idle client holds no memory
    this.#isReading = false;
    this.#heldOctets -= chunk.length;
    this.#reader.pause();
    this.#readOn();
  }

  async #consumeAfter(wait: Promise<void>, go: () => void): Promise<void> {
    this.#isBusy = true;
    this.#reader.pause();
    try {
      await wait;
      this.#isBusy = false;
      go();
    } catch (error) {
      this.destroy(error instanceof Error ? error : new Error('a step failed', { cause: error }));
    }
  }

  #readOn(): void {
    if (this.#waiting.length > 0) {
      const waiting = Buffer.concat(this.#waiting);
      this.#waiting = [];
      this.#read(waiting);
    } else if (this.#isDrainDue) {
      this.#isDrainDue = false;
      this.emit('drain');
    }
  }

  #step(chunk: Buffer, at: number): { end: number; wait: Promise<void> | undefined } {
    const mode = this.#mode;
    if (mode.kind === 'data') return this.#readData(chunk, at, mode.dots);
    return mode.kind === 'chunk' ? this.#readChunk(chunk, at, mode) : this.#readLine(chunk, at);
  }

  #readLine(chunk: Buffer, at: number): { end: number; wait: Promise<void> | undefined } {
    const lineEnd = chunk.indexOf(LF, at);
    const part = chunk.subarray(at, lineEnd < 0 ? chunk.length : lineEnd);
    const line = this.#line.length === 0 ? part : Buffer.concat([this.#line, part]);
    if (lineEnd < 0) {
      this.#keep(line);
      this.#reader.halfLine();
      return { end: chunk.length, wait: undefined };
    }
    const isTooLong = this.#isLineTooLong;
    this.#line = NOTHING;
    this.#isLineTooLong = false;
    this.#nextLineAt = lineEnd + 1;
    const isWhole = line[line.length - 1] === CR;
    const text = isWhole ? line.subarray(0, -1) : line;
    return {
      end: lineEnd + 1,
      wait: this.#reader.line(text, isTooLong ? 'too-long' : isWhole && !text.includes(CR) ? 'crlf' : 'lf'),
    };
  }

  /** The beginning of a line; of one that is too long already only that it is, and how its last octet was. */
  #keep(line: Buffer): void {
    if (line.length > LONGEST_LINE) this.#isLineTooLong = true;
    this.#line = Buffer.from(this.#isLineTooLong ? line.subarray(-1) : line);
  }

  #readData(
    chunk: Buffer,
    at: number,
    dots: DotUnstuffing,
  ): { end: number; wait: Promise<void> | undefined } {
    const { content, endsAt } = dots.feed(chunk, at);
    const room = this.#reader.octets(content);
    if (endsAt === undefined) return { end: chunk.length, wait: room };
    this.#mode = LINES;
    return { end: endsAt, wait: this.#reader.ended() };
  }

  #readChunk(
    chunk: Buffer,
    at: number,
    mode: { octets: number },
  ): { end: number; wait: Promise<void> | undefined } {
    const end = Math.min(chunk.length, at + mode.octets);
    mode.octets -= end - at;
    const room = this.#reader.octets(chunk.subarray(at, end));
    if (mode.octets > 0) return { end, wait: room };
    this.#mode = LINES;
    return { end, wait: this.#reader.ended() };
  }
}
