// What a remote host of tests does, and when: a script is asked at every moment of a conversation and answers with acts,
// or with nothing for what a well-behaved host would do.

/** `content` comes with each arrival of message octets, `dot` when the message is whole. */
export type Point =
  | 'connect'
  | 'EHLO'
  | 'HELO'
  | 'STARTTLS'
  | 'AUTH'
  | 'MAIL'
  | 'RCPT'
  | 'DATA'
  | 'content'
  | 'dot'
  | 'RSET'
  | 'NOOP'
  | 'QUIT'
  | 'other';

export interface Moment {
  readonly point: Point;
  /** What follows the verb; for `content` and `dot` nothing. */
  readonly argument: string;
  /** The how many-th connection of this host, from 1. */
  readonly connection: number;
  /** The how many-th MAIL of this connection, from 1; 0 before the first. */
  readonly transaction: number;
  /** The how many-th moment of this point on this host, from 1. */
  readonly count: number;
  /** Of the message, so far. */
  readonly contentOctets: number;
  readonly isSecure: boolean;
}

export type Act =
  /** Octets as they are; lines are given their ends by whoever writes them. */
  | { readonly say: string }
  | { readonly waitMs: number }
  /** So many times the same line, as fast as the client reads. */
  | { readonly flood: string; readonly lines: number }
  /** Says nothing and hears nothing any more. */
  | { readonly act: 'hang' }
  /** Closes, with what was said before; or with a TCP reset. */
  | { readonly act: 'close' | 'reset' }
  /** Goes on as a well-behaved host would, from here. */
  | { readonly act: 'behave' }
  /** Enters the message in the ledger; at the dot only. */
  | { readonly act: 'take' };

export type RemoteScript = (moment: Moment) => readonly Act[] | undefined;

/** A script of one point. */
export function at(point: Point, ...acts: readonly Act[]): RemoteScript {
  return (moment) => (moment.point === point ? acts : undefined);
}

/** Lines of one reply with their ends: `reply('250', 'first', 'last')`. */
export function reply(code: string, ...lines: readonly string[]): Act {
  const text = lines.map((line, index) => `${code}${index === lines.length - 1 ? ' ' : '-'}${line}\r\n`);
  return { say: text.join('') };
}

export const HANG: Act = { act: 'hang' };
export const CLOSE: Act = { act: 'close' };
const RESET: Act = { act: 'reset' };
export const BEHAVE: Act = { act: 'behave' };
export const TAKE: Act = { act: 'take' };

/** Refuses each recipient the first time, as greylisting does. */
export function greylisting(): RemoteScript {
  const seen = new Set<string>();
  return ({ point, argument }) => {
    if (point !== 'RCPT' || seen.has(argument)) return undefined;
    seen.add(argument);
    return [reply('450', '4.7.1 Greylisted, come back later')];
  };
}

/** Cuts the connection when so many octets of a message have come. */
export function cutAfter(octets: number): RemoteScript {
  return ({ point, contentOctets }) => (point === 'content' && contentOctets >= octets ? [RESET] : undefined);
}
