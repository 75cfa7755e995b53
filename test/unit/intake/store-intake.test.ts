// A message is everywhere or nowhere, whatever the store and its sender do, at each step and in each way.
import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../../src/base/failure.js';
import type { IncomingMessage } from '../../../src/intake/intake.js';
import { OUTBOX } from '../../../src/mail/mailbox-name.js';
import { SMALL_BODY_BYTES } from '../../../src/store/types.js';
import { failureOfPromise } from '../../failure-from.js';
import { anne, Bench, bert, HEADER, LARGE, message, Sent, SMALL } from './intake-stage.js';
import type { Step, Trouble } from './scripted-mail.js';

async function* sentSlowly({ time }: Bench, content: Buffer): AsyncGenerator<Uint8Array> {
  yield content.subarray(0, 10);
  await time.advance(5000);
  yield content.subarray(10);
}

describe('a message that is slow to come', () => {
  it.each([
    ['small', SMALL, ['deliver']],
    ['large', LARGE, ['write', 'hold', 'deliver']],
  ])('and %s leaves nothing behind for a user who was removed meanwhile', async (_, content, calls) => {
    const bench = new Bench();
    bench.gone = [anne.login];
    const receipt = await bench.accept(message(sentSlowly(bench, content), [anne, bert]));
    expect(bench.mail.delivered.get(receipt.id)?.to).toEqual([bert]);
    expect(bench.mail.calls).toEqual(calls);
  });

  it('and has nobody left whom it is for is refused', async () => {
    for (const content of [SMALL, LARGE]) {
      const bench = new Bench();
      bench.gone = [anne.login];
      const failure = await bench.outcome(bench.accept(message(sentSlowly(bench, content))));
      expect(failure).toMatchObject({ code: 'user-unknown' });
      expect([bench.mail.calls.includes('deliver'), bench.mail.calls.includes('hold')]).toEqual([
        false,
        false,
      ]);
    }
  });

  it('counts from the lookup of its first recipient; one that comes at once is not looked up again', async () => {
    const bench = new Bench();
    bench.gone = [anne.login];
    await bench.accept(message(new Sent(SMALL)));
    await bench.time.advance(5000);
    const late = { ...message(new Sent(SMALL)), lookedUpAtMs: bench.time.monotonicMs() - 5000 };
    expect(await bench.outcome(bench.accept(late))).toMatchObject({ code: 'user-unknown' });
  });
});

function submitted(): IncomingMessage {
  return { ...message(new Sent(SMALL)), submitter: bert.login };
}

describe('accepting a message', () => {
  it('delivers a small one in one step, with its header before it', async () => {
    const bench = new Bench();
    const receipt = await bench.accept(message(new Sent(SMALL), [anne, bert]));
    expect(bench.mail.calls).toEqual(['deliver']);
    const delivery = bench.mail.delivered.get(receipt.id);
    expect(delivery?.to).toEqual([anne, bert]);
    expect(delivery?.body).toEqual({ kind: 'small', bytes: Buffer.concat([Buffer.from(HEADER), SMALL]) });
    expect(receipt.sizeBytes).toBe(HEADER.length + SMALL.length);
  });

  it('writes a large one once, holds it for all its mailboxes, and delivers it then', async () => {
    const bench = new Bench();
    const receipt = await bench.accept(message(new Sent(LARGE), [anne, bert]));
    expect(bench.mail.calls).toEqual(['write', 'hold', 'deliver']);
    const [[id, body] = []] = bench.mail.kept;
    expect(id).not.toBe(receipt.id);
    expect(body?.bytes.equals(Buffer.concat([Buffer.from(HEADER), LARGE]))).toBe(true);
    expect(body?.holders).toEqual(
      [anne, bert].map((address) => ({ kind: 'mailbox', address, message: receipt.id })),
    );
    expect(bench.mail.delivered.get(receipt.id)?.body).toMatchObject({ id, sizeBytes: receipt.sizeBytes });
  });

  it('takes a message with its header as small up to the last octet, and as large beyond', async () => {
    for (const [sizeBytes, step] of [
      [SMALL_BODY_BYTES, 'deliver'],
      [SMALL_BODY_BYTES + 1, 'write'],
    ] as const) {
      const bench = new Bench();
      await bench.accept(message(new Sent(Buffer.alloc(sizeBytes - HEADER.length, 'x'))));
      expect(bench.mail.calls[0]).toBe(step);
    }
  });

  it('takes a message that comes octet by octet', async () => {
    const bench = new Bench();
    const octets = Buffer.alloc(20_000, '0123456789\r\n');
    async function* slowly(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < octets.length; at += 1) yield octets.subarray(at, at + 1);
    }
    await bench.accept(message(slowly()));
    const [[, body] = []] = bench.mail.kept;
    expect(body?.bytes.equals(Buffer.concat([Buffer.from(HEADER), octets]))).toBe(true);
  });

  it('delivers once into a mailbox that several recipients lead to', async () => {
    const bench = new Bench();
    const receipt = await bench.accept(message(new Sent(SMALL), [anne, bert, { ...anne }]));
    expect(bench.mail.delivered.get(receipt.id)?.to).toEqual([anne, bert]);
  });

  it("keeps the sender's own copy in his outbox, if that is wanted and he logged in", async () => {
    const bench = new Bench();
    const copied = await bench.accept(submitted());
    const outbox = { login: bert.login, mailbox: OUTBOX };
    expect(bench.mail.delivered.get(copied.id)?.to).toEqual([anne, outbox]);
    bench.keepsOutbox = false;
    const plain = await bench.accept(submitted());
    expect(bench.mail.delivered.get(plain.id)?.to).toEqual([anne]);
  });

  it('says what came into whose mailboxes, in the log and for the quotas', async () => {
    const bench = new Bench();
    const { id, sizeBytes } = await bench.accept(message(new Sent(SMALL), [anne, bert]));
    expect(bench.noted).toEqual([
      [anne.login, sizeBytes],
      [bert.login, sizeBytes],
    ]);
    expect(bench.lines).toEqual([
      ['message.accepted', { id, sender: 'anne@example.com', recipients: 2, mailboxes: 2, sizeBytes, ms: 0 }],
    ]);
    expect(await bench.metrics.exposition()).toMatch(/^cassmail_messages_accepted_total 1$/m);
  });

  it('says in the same line where it came from', async () => {
    const bench = new Bench();
    const origin = { client: '192.0.2.7', helo: 'mx.example.org' };
    await bench.accept({ ...message(new Sent(SMALL)), origin });
    expect(bench.lines).toEqual([['message.accepted', expect.objectContaining(origin)]]);
  });

  it('is loud about a message for nobody, when all has come: the client is sending, and waits for a reply', async () => {
    const bench = new Bench();
    for (const sent of [new Sent(SMALL), new Sent(LARGE)]) {
      await expect(bench.accept({ ...message(sent), recipients: [] })).rejects.toThrow(RangeError);
      expect(sent.isRead).toBe(true);
    }
    expect([bench.isEmpty, bench.count('message.refused')]).toEqual([true, 2]);
  });
});

describe('a store that fails', () => {
  const steps: [size: string, content: Buffer, step: Step, when: Trouble['when'], times: number][] = [];
  for (const when of ['before', 'after'] as const) {
    for (const times of [1, 2, 100]) {
      steps.push(['a small', SMALL, 'deliver', when, times]);
      for (const step of ['write', 'hold', 'deliver'] as const)
        steps.push(['a large', LARGE, step, when, times]);
    }
  }

  it.each(steps)('at %s message (%#) leaves it everywhere or nowhere', async (...row) => {
    const [, content, step, when, times] = row;
    for (const undo of [undefined, 'before', 'after'] as const) {
      const bench = new Bench();
      bench.mail.trouble(step, when, times);
      if (undo !== undefined)
        for (const each of ['take-back', 'discard'] as const) bench.mail.trouble(each, undo, 3);
      const sent = new Sent(content);
      const outcome = await bench.outcome(bench.accept(message(sent, [anne, bert])));
      expect(sent.isRead).toBe(true);
      await bench.time.advance(60_000);
      const isRefused = outcome instanceof Failure;
      expect(bench.mail.delivered.size).toBe(isRefused ? 0 : 1);
      expect(bench.mail.kept.size).toBe(isRefused || content === SMALL ? 0 : 1);
      expect(bench.noted).toHaveLength(isRefused ? 0 : 2);
      expect(isRefused ? outcome.kind : 'temporary').toMatch(/^(temporary|uncertain)$/);
      expect(bench.time.pending).toBe(0);
    }
  });

  it('once, uncertainly, is asked again with the same id, and the sender never knows', async () => {
    const bench = new Bench();
    bench.mail.trouble('deliver', 'after', 1);
    const outcome = await bench.outcome(bench.accept(message(new Sent(SMALL))));
    expect(outcome).not.toBeInstanceOf(Failure);
    expect(bench.mail.calls).toEqual(['deliver', 'deliver']);
    expect(bench.mail.delivered.size).toBe(1);
  });

  it('before a delivery refuses it at once: nothing is there to be taken back', async () => {
    const bench = new Bench();
    bench.mail.trouble('deliver', 'before', 1);
    const outcome = await bench.outcome(bench.accept(message(new Sent(SMALL))));
    expect(outcome).toMatchObject({ code: 'store-unavailable' });
    expect(bench.mail.calls).toEqual(['deliver']);
    expect(bench.lines.map(([event]) => event)).toEqual(['message.refused']);
    expect(await bench.metrics.exposition()).toContain('refused_total{code="store-unavailable"} 1');
  });

  it('is believed no refusal after it was uncertain: the message is taken back', async () => {
    const bench = new Bench();
    const deliver = bench.mail.mailboxes.deliver;
    bench.mail.mailboxes.deliver = async (delivery) => {
      bench.mail.trouble('deliver', bench.mail.calls.length === 0 ? 'after' : 'before', 1);
      await deliver(delivery);
    };
    const outcome = await bench.outcome(bench.accept(message(new Sent(SMALL))));
    expect(outcome).toMatchObject({ kind: 'uncertain' });
    await bench.time.advance(1000);
    expect(bench.mail.calls.at(-1)).toBe('take-back');
    expect(bench.isEmpty).toBe(true);
    expect(bench.count('message.in-doubt')).toBe(1);
  });

  it('past the budget is not waited for, and a body that is whole too late goes', async () => {
    const bench = new Bench();
    const sent = new Sent(LARGE);
    bench.mail.pace = () => (sent.isRead ? bench.time.sleep(20_000) : Promise.resolve());
    const outcome = await bench.outcome(bench.accept(message(sent), 5_000));
    expect(outcome).toMatchObject({ code: 'deadline-passed' });
    await bench.time.advance(120_000);
    expect(bench.mail.calls).toEqual(['write', 'discard']);
    expect(bench.isEmpty).toBe(true);
  });

  it('to take anything more is given up after a minute, and the sender is heard to the end', async () => {
    const bench = new Bench();
    bench.mail.pace = () => bench.time.sleep(3_600_000);
    const sent = new Sent(LARGE);
    expect(await bench.outcome(bench.accept(message(sent)))).toMatchObject({ code: 'deadline-passed' });
    expect(sent.isRead).toBe(true);
    await bench.time.advance(3_700_000);
    expect(bench.isEmpty).toBe(true);
  });
});

describe('a sender that fails', () => {
  it.each([
    ['a small message', 0],
    ['a small message, later', 10_000],
    ['a large message', 30_000],
    ['a large message, at its end', 190_000],
  ])('in %s is answered with his own failure, and nothing stays', async (_what, failsAt) => {
    const bench = new Bench();
    const outcome = await bench.outcome(bench.accept(message(new Sent(LARGE, failsAt))));
    expect(outcome).toMatchObject({ code: 'message-too-large' });
    expect(bench.mail.calls).not.toContain('deliver');
    expect(bench.isEmpty).toBe(true);
    expect(bench.count('message.refused')).toBe(1);
  });

  it('after the store did is answered with his own failure: that one stays', async () => {
    const bench = new Bench();
    bench.mail.trouble('write', 'before');
    const outcome = await bench.outcome(bench.accept(message(new Sent(LARGE, 100_000))));
    expect(outcome).toMatchObject({ code: 'message-too-large' });
  });

  it('by taking half a day is asked to try again', async () => {
    const bench = new Bench();
    async function* slowly(): AsyncGenerator<Uint8Array> {
      yield SMALL;
      await bench.time.sleep(13 * 3_600_000);
    }
    const refusal = failureOfPromise(bench.accept(message(slowly())));
    await bench.time.advance(13 * 3_600_000);
    expect(await refusal).toMatchObject({ code: 'deadline-passed' });
    expect(bench.isEmpty).toBe(true);
  });
});
