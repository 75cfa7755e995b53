import { beforeEach, describe, expect, it } from '@jest/globals';
import { MessageBodies, ReadAheadAllowance } from '../../../src/pop3/message-bodies.js';
import { settled, VirtualTime } from '../../virtual-time.js';
import { FakeMailbox } from './fake-mailbox.js';

const KIB = 1024;

describe('the messages of a session', () => {
  let allowance: ReadAheadAllowance;

  beforeEach(() => {
    allowance = new ReadAheadAllowance(200 * KIB);
  });

  const bodiesOf = (mailbox: FakeMailbox): MessageBodies =>
    new MessageBodies({ mailbox, allowance, clock: new VirtualTime() });

  it('are read once, ahead or not', async () => {
    const mailbox = new FakeMailbox(['one', 'two']);
    const bodies = bodiesOf(mailbox);
    expect(bodies.readAhead(2)).toBe(true);
    expect(bodies.readAhead(2)).toBe(true);
    await settled();
    expect(mailbox.begun).toEqual([2]);
    expect(Buffer.concat((await bodies.open(2)).first).toString()).toBe('two');
    expect(mailbox.begun).toEqual([2]);
    await bodies.open(2);
    expect(mailbox.begun).toEqual([2, 2]);
  });

  it('are read ahead up to a number', () => {
    const bodies = bodiesOf(new FakeMailbox(Array.from({ length: 100 }, () => 'x')));
    const begun = Array.from({ length: 100 }, (_, at) => bodies.readAhead(at + 1)).filter(Boolean);
    expect(begun).toHaveLength(16);
  });

  it('are read ahead up to a size that all sessions share, and give it back', async () => {
    const first = bodiesOf(new FakeMailbox(Array.from({ length: 5 }, () => 'x'.repeat(50 * KIB))));
    const second = bodiesOf(new FakeMailbox(['y'.repeat(50 * KIB)]));
    expect([1, 2, 3, 4, 5].map((number) => first.readAhead(number))).toEqual([true, true, true, true, false]);
    expect(second.readAhead(1)).toBe(false);
    await first.open(1);
    expect(second.readAhead(1)).toBe(true);
    second.close();
    first.forget(2);
    first.close();
    expect(allowance.take(200 * KIB)).toBe(true);
  });

  it('are never read ahead when they are large', async () => {
    const mailbox = new FakeMailbox(['x'.repeat(65 * KIB)]);
    expect(bodiesOf(mailbox).readAhead(1)).toBe(true);
    await settled();
    expect(mailbox.begun).toEqual([]);
  });

  it('come with their whole header, however large they are', async () => {
    const mailbox = new FakeMailbox([`a: ${'b'.repeat(100 * KIB)}\r\n\r\n${'c'.repeat(100 * KIB)}`]);
    mailbox.pieceOctets = 16 * KIB;
    const { first, rest } = await bodiesOf(mailbox).open(1);
    expect(first).toHaveLength(7);
    expect((await rest?.next())?.done).toBe(false);
  });

  it('fail when they are opened, not when they are read ahead', async () => {
    const mailbox = new FakeMailbox(['one']);
    mailbox.failsAfter.set(1, 0);
    const bodies = bodiesOf(mailbox);
    bodies.readAhead(1);
    await settled();
    await expect(bodies.open(1)).rejects.toMatchObject({ code: 'store-read-failed' });
  });
});
