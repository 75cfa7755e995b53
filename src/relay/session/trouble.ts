// What can go wrong between us and a remote host, as data: at which step, and what it was. What follows from it is policy
// and decided elsewhere (`outcome/outcome-policy.ts`).
import type { Reply } from './reply.js';

/** The steps of a delivery, in their order. */
export type Step =
  | 'connect'
  | 'greeting'
  | 'helo'
  | 'tls'
  | 'login'
  | 'mail'
  | 'recipient'
  | 'data'
  | 'content'
  | 'dot'
  | 'reset';

export type Trouble =
  /** The host said so, in SMTP. */
  | { readonly kind: 'refused'; readonly step: Step; readonly reply: Reply }
  /** No connection: nobody listens, no way there, no time. */
  | { readonly kind: 'unreachable'; readonly step: 'connect'; readonly says: string }
  | { readonly kind: 'too-slow'; readonly step: Step; readonly says: string }
  /** The connection ended or broke. */
  | { readonly kind: 'lost'; readonly step: Step; readonly says: string }
  /** What came is no SMTP, or no reply to what was said. */
  | { readonly kind: 'garbage'; readonly step: Step; readonly says: string }
  /** No encrypted connection, or none with a certificate that had to be valid. */
  | { readonly kind: 'insecure'; readonly step: 'tls'; readonly says: string }
  /** The host lacks what this message needs. */
  | { readonly kind: 'lacking'; readonly step: 'mail'; readonly what: Lack };

/** `ADDRESS`: there is no way to say it in SMTP. */
export type Lack = 'ADDRESS' | 'SMTPUTF8' | '8BITMIME' | 'SIZE' | 'REQUIRETLS';

export class TroubleError extends Error {
  readonly trouble: Trouble;

  constructor(trouble: Trouble) {
    super(`${trouble.kind} at ${trouble.step}`);
    this.trouble = trouble;
  }
}
