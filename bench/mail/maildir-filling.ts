// The mail that the POP3 benches fetch: 10 KB messages, 100 in each of the mailboxes that are fetched whole, 8 in each of
// the others.
import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../load/smtp-exchange.js';
import { VIRTUAL_ID } from '../peers/system-users.js';
import { addresses, MAILBOXES } from './mailboxes.js';

export const MESSAGE_BYTES = 10_240;
/** The mailboxes 1 … 100. */
export const WHOLE_MAILBOXES = 100;
export const MESSAGES_WHOLE = 100;
export const MESSAGES_OTHERWISE = 8;
export const OTHER_MAILBOXES = MAILBOXES - WHOLE_MAILBOXES;

/** As Postfix leaves them: one file per message in `new`, lines ended by LF. */
export function fillMaildirs(folder: string): void {
  const message = messageOf(MESSAGE_BYTES).replaceAll('\r\n', '\n');
  mkdirSync(folder);
  chownSync(folder, VIRTUAL_ID, VIRTUAL_ID);
  for (const [index, address] of addresses.entries()) {
    const box = join(folder, address);
    for (const name of ['', 'cur', 'new', 'tmp']) {
      mkdirSync(join(box, name));
      chownSync(join(box, name), VIRTUAL_ID, VIRTUAL_ID);
    }
    const count = index < WHOLE_MAILBOXES ? MESSAGES_WHOLE : MESSAGES_OTHERWISE;
    for (let number = 1; number <= count; number += 1) {
      const file = join(box, 'new', `${1_700_000_000 + number}.M${number}.bench`);
      writeFileSync(file, message);
      chownSync(file, VIRTUAL_ID, VIRTUAL_ID);
    }
  }
}
