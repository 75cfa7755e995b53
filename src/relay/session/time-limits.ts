// How long a remote host may take for each step. The least that RFC 5321 section 4.5.3.2 allows, which is what Postfix has
// too; a connection is not in that list, and whoever does not take one in half a minute will not take it in five.

const SECOND = 1000;
const MINUTE = 60 * SECOND;

export interface TimeLimits {
  readonly connectMs: number;
  /** The greeting, EHLO or HELO, TLS, AUTH: each. */
  readonly openingMs: number;
  readonly mailMs: number;
  readonly recipientMs: number;
  readonly dataMs: number;
  /** To take a block of the message. */
  readonly blockMs: number;
  readonly dotMs: number;
  readonly quitMs: number;
}

export const TIME_LIMITS: TimeLimits = {
  connectMs: 30 * SECOND,
  openingMs: 5 * MINUTE,
  mailMs: 5 * MINUTE,
  recipientMs: 5 * MINUTE,
  dataMs: 2 * MINUTE,
  blockMs: 3 * MINUTE,
  dotMs: 10 * MINUTE,
  /** Nothing depends on it: what was said before is settled. */
  quitMs: 5 * SECOND,
};
