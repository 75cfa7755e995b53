// Who may have mail taken elsewhere, and what is said while that cannot be kept safe.
import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../../src/base/failure.js';
import type { WayOut } from '../../../src/smtp/smtp-parts.js';
import { expectDialogue } from '../dialogue.js';
import { openStage } from './smtp-stage.js';

const OPEN: WayOut = { isThere: true, isFreeFor: () => false, assertOpen: () => undefined };
const BEGUN = `
      S: 220 *
      C: HELO client.test
      S: 250 *
      C: MAIL FROM:<x@client.test>
      S: 250 *`;

async function expectTalk(relay: WayOut, script: string): Promise<void> {
  const stage = await openStage({ parts: { relay } });
  try {
    await expectDialogue(await stage.connect(), script);
  } finally {
    await stage.close();
  }
}

function failsForNow(): void {
  throw new Failure('relay-closed', 'no ring');
}

describe('mail for elsewhere', () => {
  it('is refused from strangers, but for an alias of ours that leads out', async () => {
    await expectTalk(
      OPEN,
      `${BEGUN}
      C: RCPT TO:<anne@elsewhere.test>
      S: 550 5.7.1 Relaying denied
      C: RCPT TO:<out@example.com>
      S: 250 *`,
    );
  });

  it('is taken from hosts that the operator named', async () => {
    const asked: string[] = [];
    const isFreeFor = (client: string): boolean => {
      asked.push(client);
      return true;
    };
    await expectTalk(
      { ...OPEN, isFreeFor },
      `${BEGUN}
      C: RCPT TO:<anne@elsewhere.test>
      S: 250 *
      C: RCPT TO:<anne@[192.0.2.1]>
      S: 250 *
      C: RCPT TO:<anne@sales>
      S: 550 5.1.2 *`,
    );
    expect(asked).toEqual(['127.0.0.1', '127.0.0.1', '127.0.0.1']);
  });

  it('is not taken by a node that is no gateway', async () => {
    await expectTalk(
      { ...OPEN, isThere: false, isFreeFor: () => true },
      `${BEGUN}
      C: RCPT TO:<anne@elsewhere.test>
      S: 550 5.7.1 This node does not relay*
      C: RCPT TO:<out@example.com>
      S: 550 5.7.1 This node does not relay*`,
    );
  });

  it('is put off at once while it cannot be kept safe, and mail for mailboxes is not', async () => {
    await expectTalk(
      { isThere: true, isFreeFor: () => true, assertOpen: failsForNow },
      `${BEGUN}
      C: RCPT TO:<anne@elsewhere.test>
      S: 451 4.3.2 *
      C: RCPT TO:<anne@example.com>
      S: 250 *`,
    );
  });
});
