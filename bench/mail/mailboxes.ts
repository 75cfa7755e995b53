// The 700 users that all servers have here. Their names begin with a number because smtp-source spreads its load by
// putting 1, 2, 3 … before the recipient it is given.
export const MAILBOXES = 700;
export const DOMAIN = 'bench.example';
export const PASSWORD = 'benchmark';
export const SENDER = `sender@${DOMAIN}`;

/** What smtp-source is told as the recipient: it puts the number before it. */
export const NUMBERED = `user@${DOMAIN}`;

/** Numbers begin with 1. */
export function addressOf(number: number): string {
  return `${number}${NUMBERED}`;
}

export const addresses: readonly string[] = Array.from({ length: MAILBOXES }, (_, index) =>
  addressOf(index + 1),
);
