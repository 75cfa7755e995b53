// Names that are easily taken for one another, and names as long and as foreign as they may be.
import { randomUUID } from 'node:crypto';
import { parseLogin } from '../../../src/mail/login.js';
import { parseMailboxName } from '../../../src/mail/mailbox-name.js';
import type { MailboxAddress } from '../../../src/store/types.js';

/** Different mailboxes all: prefixes of each other, other case, other form (`fi` and its ligature, two kinds of blank). */
export function twinAddresses(): readonly MailboxAddress[] {
  const stem = `twin-${randomUUID()}`;
  const logins = [
    `${stem}@example.com`,
    `${stem}@example.com.au`,
    `${stem}.b@example.com`,
    `x${stem}@example.com`,
  ];
  const boxes = ['b', 'bb', 'B', 'inbox', 'inbox2', 'fi', '\u{fb01}', 'b b', 'b\u{2003}b'];
  return logins.flatMap((login) => boxes.map((box) => addressOf(login, box)));
}

export function demandingAddresses(): readonly MailboxAddress[] {
  const longDomain = `${'d'.repeat(63)}.${'e'.repeat(63)}.${'f'.repeat(63)}.${'g'.repeat(61)}`;
  const own = randomUUID();
  return [
    addressOf(`${own.padEnd(64, 'x')}@${longDomain}`, 'm'.repeat(200)),
    addressOf(`\u{1f98a}\u{20bb7}-${own}@b\u{fc}cher.example`, '\u{1f4e6}'.repeat(50)),
    addressOf(
      `\u{43f}\u{43e}\u{447}\u{442}\u{430}-${own}@example.com`,
      '\u{412}\u{430}\u{436}\u{43d}\u{43e}\u{435} \u{1f9ff}',
    ),
  ];
}

function addressOf(login: string, mailbox: string): MailboxAddress {
  return { login: parseLogin(login), mailbox: parseMailboxName(mailbox) };
}
