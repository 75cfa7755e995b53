// What only the Cassandra store has: partitions of a mailbox, and the directory that names them.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemTimers } from '../../src/base/clock.js';
import { systemRandom } from '../../src/base/random.js';
import { TimeUuidSource, type TimeUuid } from '../../src/base/time-uuid.js';
import { PERIOD_MS } from '../../src/store/cassandra/mailbox-parts.js';
import type { Delivery, MailboxAddress, MessageEntry } from '../../src/store/types.js';
import { keyspaceName } from '../ring-addresses.js';
import { ample, clockOff, inboxOf, mailOnRing, SettableClock, type MailOnRing } from './mail-on-ring.js';

const keyspace = keyspaceName('partitions');
const partLimits = {
  shared: { messages: 3, bytes: 100_000 },
  own: { messages: 4, bytes: 100_000 },
};
const THREE_WEEKS_MS = 3 * PERIOD_MS;

function small(id: TimeUuid, ...to: MailboxAddress[]): Delivery {
  return { id, body: { kind: 'small', bytes: Buffer.from(id) }, to };
}

async function entriesOf({ mailboxes }: MailOnRing, address: MailboxAddress): Promise<MessageEntry[]> {
  const entries: MessageEntry[] = [];
  for await (const page of mailboxes.list(address, ample())) entries.push(...page);
  return entries;
}

async function deliverSome(mail: MailOnRing, address: MailboxAddress, count: number): Promise<TimeUuid[]> {
  const ids = Array.from({ length: count }, () => mail.ids.next());
  for (const id of ids) await mail.mailboxes.deliver(small(id, address), ample());
  return ids;
}

function sent(mail: MailOnRing): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of mail.statements.splice(0)) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** Parts are closed behind the listings that find them empty. */
function untilPartsListed(mail: MailOnRing, address: MailboxAddress, parts: number): Promise<void> {
  return until(async () => {
    sent(mail);
    await entriesOf(mail, address);
    return (sent(mail)['mailboxes.list'] ?? 0) === parts;
  });
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const budget = ample();
  while (!(await isSo())) {
    budget.assertRemains('wait for what is done in the background');
    await systemTimers.sleep(20);
  }
}

describe('the partitions of a mailbox', () => {
  let one: MailOnRing;
  let two: MailOnRing;
  let longAgo: MailOnRing;

  beforeAll(async () => {
    one = await mailOnRing({ keyspace, partLimits });
    two = await mailOnRing({ keyspace, partLimits });
    longAgo = await mailOnRing({ keyspace, partLimits, clock: clockOff(-THREE_WEEKS_MS) });
  }, 60_000);

  afterAll(async () => {
    for (const mail of [one, two, longAgo]) await mail.close();
  });

  it('cost one statement per delivery, and one more where a partition begins', async () => {
    const address = inboxOf('counted');
    sent(one);
    await deliverSome(one, address, 11);
    expect(sent(one)).toEqual({ 'mailboxes.deliver': 11, 'mailboxes.openPart': 3 });
    await entriesOf(one, address);
    expect(sent(one)).toEqual({ 'mailboxes.directory': 1, 'mailboxes.list': 3 });
  });

  it('list in one order what several processes put into them', async () => {
    const address = inboxOf('shared');
    const ids: TimeUuid[] = [];
    for (let round = 0; round < 6; round += 1) {
      ids.push(...(await deliverSome(one, address, 2)), ...(await deliverSome(two, address, 2)));
    }
    expect((await entriesOf(one, address)).map(({ id }) => id)).toEqual(ids);
    const after = ids[13] ?? one.ids.next();
    const rest: TimeUuid[] = [];
    for await (const page of two.mailboxes.list(address, ample(), { after }))
      rest.push(...page.map(({ id }) => id));
    expect(rest).toEqual(ids.slice(14));
  });

  it('hold a delivery once, though it is repeated after later partitions were opened', async () => {
    const address = inboxOf('repeated');
    const ids = await deliverSome(one, address, 12);
    for (const id of ids) await one.mailboxes.deliver(small(id, address), ample());
    expect((await entriesOf(two, address)).map(({ id }) => id)).toEqual(ids);
  });

  it('let another process take back a delivery, whichever partition it is in', async () => {
    const address = inboxOf('undone');
    const ids = await deliverSome(one, address, 9);
    for (const id of ids.slice(4)) await two.mailboxes.takeBack(small(id, address), ample());
    for (const id of ids) await one.mailboxes.deliver(small(id, address), ample());
    expect((await entriesOf(one, address)).map(({ id }) => id)).toEqual(ids.slice(0, 4));
  });

  it('share one opening among deliveries that begin at the same time', async () => {
    const address = inboxOf('crowded');
    sent(one);
    const ids = Array.from({ length: 20 }, () => one.ids.next());
    await Promise.all(ids.map((id) => one.mailboxes.deliver(small(id, address), ample())));
    expect(sent(one)['mailboxes.openPart']).toBe(Math.ceil((20 - 3) / 4) + 1);
    expect(await entriesOf(two, address)).toHaveLength(20);
  });

  it('leave the directory when their week is long over and they are empty, and not before', async () => {
    const address = inboxOf('old');
    await deliverSome(longAgo, address, 5);
    const entries = await entriesOf(one, address);
    await one.mailboxes.remove(address, entries.slice(0, 4), ample());
    expect(await entriesOf(one, address)).toEqual(entries.slice(4));
    await untilPartsListed(one, address, 1);
    await one.mailboxes.remove(address, entries, ample());
    expect(await entriesOf(one, address)).toEqual([]);
    await untilPartsListed(one, address, 0);
  });

  it('stay in the directory while their week, or the two days after it, last', async () => {
    const address = inboxOf('fresh');
    await deliverSome(one, address, 1);
    await one.mailboxes.remove(address, await entriesOf(one, address), ample());
    await entriesOf(one, address);
    sent(one);
    await entriesOf(one, address);
    expect(sent(one)).toEqual({ 'mailboxes.directory': 1, 'mailboxes.list': 1 });
  });

  it('are refused to a process whose clock went back to their week after they were closed', async () => {
    const address = inboxOf('late');
    await deliverSome(longAgo, address, 1);
    await one.mailboxes.remove(address, await entriesOf(one, address), ample());
    await untilPartsListed(one, address, 0);
    const clock = new SettableClock();
    const latecomer = await mailOnRing({ keyspace, partLimits, clock, isClockCompared: true });
    const ids = new TimeUuidSource(clockOff(-THREE_WEEKS_MS), systemRandom);
    clock.byMs = -THREE_WEEKS_MS;
    for (let times = 0; times < 2; times += 1) {
      const late = latecomer.mailboxes.deliver(small(ids.next(), address), ample());
      await expect(late).rejects.toMatchObject({ code: 'clock-untrusted', kind: 'temporary' });
      await systemTimers.sleep(100); // by then it was compared with the ring
    }
    await latecomer.close();
  });

  it('are not closed by a process whose clock is weeks ahead, though it has not noticed', async () => {
    const address = inboxOf('ahead');
    const ahead = await mailOnRing({ keyspace, partLimits, clock: clockOff(THREE_WEEKS_MS) });
    await deliverSome(one, address, 1);
    await one.mailboxes.remove(address, await entriesOf(one, address), ample());
    await entriesOf(ahead, address);
    await until(() => ahead.statements.includes('ring.time'));
    await deliverSome(one, address, 1);
    expect(await entriesOf(one, address)).toHaveLength(1);
    await ahead.close();
  });
});

describe('ids of a process whose clock is wrong', () => {
  it('are refused by a process whose clock is right', async () => {
    const mail = await mailOnRing({ keyspace });
    const wrong = new TimeUuidSource(clockOff(-THREE_WEEKS_MS), systemRandom);
    const refused = mail.mailboxes.deliver(small(wrong.next(), inboxOf('skewed')), ample());
    await expect(refused).rejects.toMatchObject({ code: 'id-too-old' });
    await mail.close();
  });
});
