// A mail address as SMTP carries it (RFC 5321 section 4.1.2, RFC 6531 section 3.3), taken apart.

export interface MailAddress {
  /** As it was given, without quotes and backslashes; the case is kept. */
  readonly localPart: string;
  /** Lower case A-labels, or an address literal with its brackets; empty for the bare `postmaster` alone. */
  readonly domain: string;
  /** The whole in one canonical spelling, with quotes where they are needed: what is shown, stored and sent on. */
  readonly text: string;
}
