// What the connection is to do after a command: what to answer, and what to expect next.
import type { Reply } from '../reply/reply.js';

export interface Step {
  readonly reply?: Reply;
  readonly next: Next;
}

export type Next =
  | { readonly kind: 'command' }
  /** Octets up to the lone dot (RFC 5321 section 4.1.1.4). */
  | { readonly kind: 'data' }
  /** So many octets, whatever is in them (RFC 3030 section 2). */
  | { readonly kind: 'chunk'; readonly octets: number }
  | { readonly kind: 'start-tls' }
  | { readonly kind: 'close' };

const COMMAND: Next = { kind: 'command' };
const CLOSE: Next = { kind: 'close' };

export function answer(reply: Reply): Step {
  return { reply, next: COMMAND };
}

export function lastAnswer(reply: Reply): Step {
  return { reply, next: CLOSE };
}
