// Mail for elsewhere: one share for each destination, one body for all of them; in mailboxes and queue, or in neither.
import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../../src/base/failure.js';
import type { IncomingMessage } from '../../../src/intake/intake.js';
import { parseMailAddress } from '../../../src/mail/address.js';
import type { MailboxAddress } from '../../../src/store/types.js';
import { anne, Bench, bert, HEADER, LARGE, message, Sent, SMALL } from './intake-stage.js';
import type { Step, Trouble } from './scripted-mail.js';

function leaving(content: Buffer, remote: readonly string[], to: MailboxAddress[] = []): IncomingMessage {
  const local = message(new Sent(content), to);
  const recipients = remote.map((text) => {
    const address = parseMailAddress(text, { isUtf8Allowed: false });
    return { address, mailboxes: [], remote: [address], parameters: { NOTIFY: 'NEVER' } };
  });
  return { ...local, parameters: { RET: 'HDRS' }, recipients: [...local.recipients, ...recipients] };
}

describe('a message for elsewhere', () => {
  it('is queued once for each destination, for each of its addresses once', async () => {
    const bench = new Bench();
    const addresses = ['a@one.example', 'b@one.example', 'a@ONE.example', 'a@two.example', 'x@[192.0.2.1]'];
    const { id } = await bench.accept(leaving(SMALL, addresses));
    const { queued, stored } = bench.mail;
    expect(queued.map(({ envelope, recipients }) => [envelope.destination, recipients.length])).toEqual([
      ['one.example', 2],
      ['two.example', 1],
      ['[192.0.2.1]', 1],
    ]);
    expect(queued[0]?.recipients[0]).toEqual({ address: 'a@one.example', parameters: { NOTIFY: 'NEVER' } });
    expect(queued[0]?.envelope).toMatchObject({
      message: id,
      sender: 'anne@example.com',
      parameters: { RET: 'HDRS' },
    });
    expect(new Set(queued.map((item) => item.id)).size).toBe(3);
    expect(stored.size).toBe(0);
  });

  it('travels in its item where it is small and goes to one destination', async () => {
    const bench = new Bench();
    await bench.accept(leaving(SMALL, ['a@one.example'], [anne]));
    const whole = Buffer.concat([Buffer.from(HEADER), SMALL]);
    expect(bench.mail.queued[0]?.body).toEqual({ kind: 'small', bytes: whole });
    expect(bench.mail.delivered.size).toBe(1);
    expect(bench.mail.kept.size).toBe(0);
  });

  it.each([
    ['small', SMALL],
    ['large', LARGE],
  ])('has one body for several destinations and its mailboxes when it is %s', async (_, content) => {
    const bench = new Bench();
    await bench.accept(leaving(content, ['a@one.example', 'a@two.example'], [anne, bert]));
    expect(bench.mail.kept.size).toBe(1);
    const [[id, body] = []] = bench.mail.kept;
    expect(body?.bytes.equals(Buffer.concat([Buffer.from(HEADER), content]))).toBe(true);
    expect(body?.holders).toHaveLength(4);
    expect(bench.mail.queued.map((item) => item.body)).toEqual([
      expect.objectContaining({ id }),
      expect.objectContaining({ id }),
    ]);
  });

  it('remembers who submitted it', async () => {
    const bench = new Bench();
    bench.keepsOutbox = false;
    await bench.accept({ ...leaving(SMALL, ['a@one.example']), submitter: bert.login });
    expect(bench.mail.queued[0]?.envelope.parameters).toEqual({ RET: 'HDRS', submitter: bert.login });
  });

  it('is still queued when the users it was for as well are gone', async () => {
    const bench = new Bench();
    bench.gone = [anne.login];
    const late = { ...leaving(SMALL, ['a@one.example'], [anne]), lookedUpAtMs: -10_000 };
    await bench.accept(late);
    expect(bench.mail.queued).toHaveLength(1);
    expect(bench.mail.delivered.size).toBe(0);
  });

  it('is refused at once, and read to its end, while the relay is closed', async () => {
    const bench = new Bench();
    bench.mail.isRelayOpen = false;
    const refused = leaving(LARGE, ['a@one.example'], [anne]);
    expect(await bench.outcome(bench.accept(refused))).toMatchObject({ code: 'relay-closed' });
    expect((refused.content as Sent).isRead).toBe(true);
    expect(bench.isEmpty).toBe(true);
  });
});

describe('a store that fails while a message goes to mailboxes and queue', () => {
  const rows: [step: Step, when: Trouble['when'], times: number, other: Trouble['when'] | 'never'][] = [];
  for (const step of ['write', 'hold', 'deliver', 'queue'] as const)
    for (const when of ['before', 'after'] as const)
      for (const times of [1, 100])
        for (const other of ['before', 'after', 'never'] as const) rows.push([step, when, times, other]);

  it.each(rows)('at %s (%s, %d times, the queue too: %s) leaves it everywhere or nowhere', async (...row) => {
    const [step, when, times, other] = row;
    for (const content of [SMALL, LARGE]) {
      for (const remote of [['a@one.example'], ['a@one.example', 'b@two.example']]) {
        for (const to of [[], [anne, bert]]) {
          const bench = new Bench();
          if (other !== 'never') bench.mail.trouble('queue', other, 1);
          bench.mail.trouble(step, when, times);
          for (const undo of ['take-back', 'release', 'discard'] as const)
            bench.mail.trouble(undo, 'before', 2);
          const outcome = await bench.outcome(bench.accept(leaving(content, remote, to)));
          await bench.time.advance(120_000);
          const { delivered, queued, stored, kept } = bench.mail;
          const isRefused = outcome instanceof Failure;
          expect(stored.size).toBe(0);
          expect(delivered.size).toBe(isRefused || to.length === 0 ? 0 : 1);
          expect(queued.length).toBe(isRefused ? 0 : remote.length);
          const isShared = content === LARGE || remote.length > 1;
          expect([...kept.values()].map(({ holders }) => holders.length)).toEqual(
            isRefused || !isShared ? [] : [to.length + remote.length],
          );
          expect(bench.time.pending).toBe(0);
        }
      }
    }
  });
});
