import { beforeEach, describe, expect, it } from '@jest/globals';
import { MessageBodies, ReadAheadAllowance } from '../../../src/pop3/message-bodies.js';
import { settled, VirtualTime } from '../../virtual-time.js';
import { FakeMailbox } from './fake-mailbox.js';

const KIB = 1024;

const isThere = (): boolean => true;
const small = (count: number): FakeMailbox => new FakeMailbox(Array.from({ length: count }, () => 'x'));

describe('the messages of a session', () => {
  let asked: ReadAheadAllowance;
  let guessed: ReadAheadAllowance;

  beforeEach(() => {
    asked = new ReadAheadAllowance(200 * KIB);
    guessed = new ReadAheadAllowance(200 * KIB);
  });

  const bodiesOf = (mailbox: FakeMailbox): MessageBodies =>
    new MessageBodies({ mailbox, allowances: { asked, guessed }, clock: new VirtualTime() });

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
    expect(begun).toHaveLength(32);
  });

  it('are looked for again when half of those that may wait have been opened', async () => {
    const bodies = bodiesOf(small(100));
    for (let number = 1; number <= 32; number += 1) bodies.readAhead(number);
    for (let number = 1; number <= 15; number += 1) await bodies.open(number);
    expect(bodies.wantsMore).toBe(false);
    await bodies.open(16);
    expect(bodies.wantsMore).toBe(true);
  });

  it('are read ever more at once where a client reads on, one after the other', async () => {
    const mailbox = small(100);
    const bodies = bodiesOf(mailbox);
    const begun: number[] = [];
    for (let number = 1; number <= 60; number += 1) {
      bodies.readRun(number, isThere);
      await settled();
      begun.push(mailbox.begun.length);
      await bodies.open(number);
    }
    expect([...new Set(begun)]).toEqual([2, 6, 14, 30, 46, 62]);
    expect(mailbox.begun).toHaveLength(62);
  });

  it('are read alone where a client goes to and fro, and what was guessed wrongly is given back', async () => {
    const mailbox = small(100);
    const bodies = bodiesOf(mailbox);
    for (const number of [50, 7, 20]) {
      bodies.readRun(number, isThere);
      await bodies.open(number);
    }
    expect(mailbox.begun).toEqual([50, 51, 7, 20]);
    expect(guessed.take(200 * KIB)).toBe(true);
  });

  it('are not guessed beyond the last, nor where they are deleted, nor over the bounds', async () => {
    const ends = small(3);
    bodiesOf(ends).readRun(3, isThere);
    const gaps = small(3);
    bodiesOf(gaps).readRun(1, (number) => number !== 2);
    guessed.take(198 * KIB);
    const tight = new FakeMailbox(['x'.repeat(1.5 * KIB), 'x'.repeat(KIB)]);
    bodiesOf(tight).readRun(1, isThere);
    await settled();
    expect([ends.begun, gaps.begun, tight.begun]).toEqual([[3], [1], [1]]);
  });

  it('are read anew when a guess failed before anybody asked', async () => {
    const mailbox = small(2);
    mailbox.failsAfter.set(2, 0);
    const bodies = bodiesOf(mailbox);
    bodies.readRun(1, isThere);
    await settled();
    mailbox.failsAfter.clear();
    expect((await bodies.open(2)).first).toHaveLength(1);
    expect(mailbox.begun).toEqual([1, 2, 2]);
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
    expect(asked.take(200 * KIB)).toBe(true);
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
