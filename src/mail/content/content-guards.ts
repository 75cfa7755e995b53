// Everything a message must be, whatever command brought it, before it goes on: its size, its line ends, its header.
// Octets go in as they came (dots un-stuffed) and come out as they are stored; a message that breaks a rule is a
// Failure (*message-too-large*, *bare-newline*, *mail-loop*, *header-too-large*) as soon as that can be seen.
import { Failure } from '../../base/failure.js';
import { HeaderGuard, type HeaderRules } from './header-guard.js';
import { NewlineGuard, type BareNewlines } from './newline-guard.js';

export interface ContentRules extends HeaderRules {
  readonly bareNewlines: BareNewlines;
  /** Octets as they came. */
  readonly messageSize: number;
}

export class ContentGuards {
  readonly #messageSize: number;
  readonly #newlines: NewlineGuard;
  readonly #header: HeaderGuard;
  #sizeBytes = 0;

  constructor(rules: ContentRules) {
    this.#messageSize = rules.messageSize;
    this.#newlines = new NewlineGuard(rules.bareNewlines);
    this.#header = new HeaderGuard(rules);
  }

  /** None of the pieces is empty. */
  feed(chunk: Uint8Array): readonly Uint8Array[] {
    this.#sizeBytes += chunk.length;
    if (this.#sizeBytes > this.#messageSize)
      throw new Failure('message-too-large', `the message has more than ${this.#messageSize} octets`);
    return filled(this.#header.feed(this.#newlines.feed(asBuffer(chunk))));
  }

  /** What follows when the last octet has come. */
  end(): readonly Uint8Array[] {
    return filled([...this.#header.feed(this.#newlines.end()), ...this.#header.end()]);
  }
}

/**
 * The content as it is stored. Where a rule is broken the rest is read, since whoever sends it listens to no answer
 * before its end, and then the Failure is thrown.
 */
export async function* guardedContent(
  content: AsyncIterable<Uint8Array>,
  guards: ContentGuards,
): AsyncGenerator<Uint8Array, void, undefined> {
  let broken: { readonly error: unknown } | undefined;
  for await (const chunk of content) {
    if (broken !== undefined) continue;
    let pieces: readonly Uint8Array[] = [];
    try {
      pieces = guards.feed(chunk);
    } catch (error) {
      broken = { error };
    }
    yield* pieces;
  }
  if (broken !== undefined) throw broken.error;
  yield* guards.end();
}

function filled(pieces: readonly Buffer[]): readonly Buffer[] {
  return pieces.filter((piece) => piece.length > 0);
}

function asBuffer(chunk: Uint8Array): Buffer {
  return Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}
