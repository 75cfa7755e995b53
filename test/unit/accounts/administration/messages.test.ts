import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Failure } from '../../../../src/base/failure.js';
import { INBOX } from '../../../../src/mail/mailbox-name.js';
import type { MailboxStore } from '../../../../src/store/api/mailboxes.js';
import { failureOfPromise } from '../../../failure-from.js';
import { anne, Ground, replaced } from './ground.js';

const inbox = { login: anne, mailbox: INBOX };
const all = { after: undefined, limit: 10 };

describe('the messages in a mailbox', () => {
  let ground: Ground;
  beforeEach(async () => {
    ground = await Ground.make();
    await ground.deliver(anne, INBOX, 100);
    await ground.deliver(anne, INBOX, 200);
  });
  afterEach(() => ground.dispose());

  const reading = (read: MailboxStore['read']) =>
    ground.administration({ mailboxes: replaced(ground.store.mailboxes, { read }) }).messages;

  it('are shown oldest first, with how they begin', async () => {
    const page = await ground.administration().messages.list(inbox, all, ground.budget);
    expect(page.isComplete).toBe(true);
    expect(page.messages.map(({ sizeBytes, head }) => [sizeBytes, head?.length])).toEqual([
      [100, 100],
      [200, 200],
    ]);
  });

  it('of which the first chunk is enough, however large they are', async () => {
    let chunks = 0;
    const messages = reading(async () => ({
      kind: 'large',
      chunks: (async function* () {
        for (; chunks < 1000; chunks += 1) yield Buffer.alloc(128 * 1024);
      })(),
    }));
    const page = await messages.list(inbox, { after: undefined, limit: 1 }, ground.budget);
    expect([page.messages[0]?.head?.length, chunks, page.isComplete]).toEqual([64 * 1024, 0, false]);
  });

  it('are listed also where a body is missing, and not where the store fails', async () => {
    const missing = reading(async () => {
      throw new Failure('body-missing', 'on no replica');
    });
    const page = await missing.list(inbox, all, ground.budget);
    expect(page.messages.map(({ head }) => head)).toEqual([undefined, undefined]);
    const down = reading(async () => {
      throw new Failure('store-unavailable', 'two of three are down');
    });
    expect((await failureOfPromise(down.list(inbox, all, ground.budget))).code).toBe('store-unavailable');
  });
});
