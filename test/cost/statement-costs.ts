// What the work of a mail service may cost, in statements sent to the store's engine. The figures are part of the
// design: a statement more per message is a third of the throughput, and a test here says so before a benchmark does.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseMailboxName } from '../../src/mail/mailbox-name.js';
import { CHUNK_BYTES, type MailboxAddress, type MessageEntry } from '../../src/store/types.js';
import { mailboxHolder } from '../contract/suite/bodies.js';
import { inPieces, patterned } from '../contract/suite/bytes.js';
import { Gateway, relayItems } from '../contract/suite/gateway.js';
import { Ground } from '../contract/suite/ground.js';
import type { Harness } from '../contract/suite/harness.js';
import { bytesOfBody, entriesIn } from '../contract/suite/reading.js';
import { HEADER, MailPath, messageIn } from '../mail-path.js';

export interface StatementCosts {
  /** Of a mailbox part that this process writes into for the first time. */
  readonly openingPart: number;
  /** Of looking up which parts a mailbox has. */
  readonly directory: number;
  /** Of a delivery to so many mailboxes whose parts are open. */
  deliver(mailboxes: number): number;
  /** Of so many small messages of one mailbox that are read at once. */
  readTogether(messages: number): number;
  readonly claim: number;
  /** Of extending a claim. */
  readonly refresh: number;
  /** Of a body of so many chunks, and of making its holders known. */
  writeLarge(chunks: number): number;
}

export function assertStatementCosts(
  backend: string,
  costs: StatementCosts,
  openHarness: () => Promise<Harness>,
): void {
  describe(`on ${backend}`, () => {
    let ground: Ground;

    beforeAll(async () => {
      ground = await Ground.on(await openHarness());
    }, 120_000);

    afterAll(() => ground.close(), 60_000);

    it('a small message to one recipient is one statement, after one for the mailbox part', async () => {
      const address = ground.address();
      const first = await statementsOf(ground, () => deliverTo(ground, [address]));
      expect(first).toHaveLength(costs.openingPart + costs.deliver(1));
      for (let times = 0; times < 3; times += 1) {
        const next = await statementsOf(ground, () => deliverTo(ground, [address]));
        expect(next).toEqual(['mailboxes.deliver']);
      }
    });

    it('a small message to five recipients whose mailboxes are known costs no more than one each', async () => {
      const to = Array.from({ length: 5 }, () => ground.address());
      await deliverTo(ground, to);
      const statements = await statementsOf(ground, () => deliverTo(ground, to));
      expect(statements).toHaveLength(costs.deliver(5));
    });

    it('STAT, LIST and UIDL together are one list: the directory and one statement per part', async () => {
      const address = await filledMailbox(ground, 5);
      const statements = await statementsOf(ground, () => entriesIn(ground.store, ground, address));
      expect(statements).toHaveLength(costs.directory + 1);
      const empty = await statementsOf(ground, () => entriesIn(ground.store, ground, ground.address()));
      expect(empty.length).toBeLessThanOrEqual(costs.directory + 1);
    });

    it('RETR of a small message is one statement', async () => {
      const address = await filledMailbox(ground, 1);
      const [entry] = await entriesIn(ground.other, ground, address);
      const statements = await statementsOf(ground, () => readEntry(ground, address, entry));
      expect(statements).toEqual(['mailboxes.read']);
    });

    it('messages that a client asks for at once are read with as few statements as the store can', async () => {
      const { path, to } = await mailPath(ground);
      const [address] = to;
      for (let count = 1; count < 40; count += 1) await deliverTo(ground, [address]);
      const mailbox = await path.open(address);
      const numbers = Array.from({ length: 40 }, (_, at) => at + 1);
      const statements = await statementsOf(ground, async () => {
        const sizes = (await Promise.all(numbers.map((number) => messageIn(mailbox, number)))).map(
          ({ length }) => length,
        );
        expect(sizes).toEqual(numbers.map((number) => mailbox.sizeBytes(number)));
      });
      expect(statements).toHaveLength(costs.readTogether(40));
      await mailbox.close();
    });

    it('a login reads the account in one statement', async () => {
      const login = ground.login();
      await ground.other.accounts.create(
        login,
        { passwordHash: 'x', isDisabled: false },
        [parseMailboxName('inbox'), parseMailboxName('archive')],
        ground.budget(),
      );
      const statements = await statementsOf(ground, () => ground.store.accounts.read(login, ground.budget()));
      expect(statements).toEqual(['accounts.read']);
    });

    it('a POP3 session of one list, three RETR and one DELE costs what its parts cost', async () => {
      const address = await filledMailbox(ground, 4);
      const statements = await statementsOf(ground, () => popSession(ground, address));
      const [list, retrievals, removal, release] = [costs.directory + 1, 3, 1, 1];
      expect(statements).toHaveLength(costs.claim + list + retrievals + removal + release);
    });

    it('removing a hundred small messages of one part is one statement', async () => {
      const address = await filledMailbox(ground, 90);
      const entries = await entriesIn(ground.other, ground, address);
      const statements = await statementsOf(ground, () =>
        ground.store.mailboxes.remove(address, entries, ground.budget()),
      );
      expect(statements).toEqual(['mailboxes.remove']);
    });

    it('a group of fifty messages for the relay queue is one statement, and reading the lease another', async () => {
      const gateway = await Gateway.start(ground);
      const slice = await gateway.openSlice();
      const items = relayItems(ground, 50);
      const statements = await statementsOf(ground, async () => {
        await gateway.append(slice, items);
        await ground.store.queue.leases.current(gateway.lease.queue, ground.budget());
      });
      expect(statements).toEqual(['queue.append', 'leases.current']);
    });

    it('settling a group is one statement', async () => {
      const gateway = await Gateway.start(ground);
      const slice = await gateway.openSlice();
      const items = relayItems(ground, 50);
      await gateway.append(slice, items);
      const statements = await statementsOf(ground, () => gateway.done(slice, items));
      expect(statements).toEqual(['queue.settle']);
    });

    it('a large message costs its chunks, its holders once, and one statement per mailbox', async () => {
      const to = [ground.address(), ground.address()];
      await deliverTo(ground, to);
      const chunks = 20;
      const statements = await statementsOf(ground, async () => {
        const id = ground.id();
        const stream = inPieces(patterned(chunks * CHUNK_BYTES));
        const body = await ground.store.bodies.write(ground.id(), stream, ground.budget());
        const holders = to.map((address) => mailboxHolder(address, id));
        const held = await ground.store.bodies.hold(body, holders, ground.budget());
        await ground.store.mailboxes.deliver({ id, body: held, to }, ground.budget());
      });
      expect(statements).toHaveLength(costs.writeLarge(chunks) + costs.deliver(2));
    });

    it('intake takes a message with what the store needs for it, and nothing on top', async () => {
      const { intake, to } = await mailPath(ground);
      const [first] = to;
      const small = Buffer.from('Subject: x\r\n\r\n');
      const large = patterned(5 * CHUNK_BYTES - HEADER.length);
      expect(await statementsOf(ground, () => intake(small, [first]))).toEqual(['mailboxes.deliver']);
      expect(await statementsOf(ground, () => intake(small, to))).toHaveLength(costs.deliver(3));
      const statements = await statementsOf(ground, () => intake(large, to));
      expect(statements).toHaveLength(costs.writeLarge(5) + costs.deliver(3));
    });

    it('a session through the mailbox door is a claim, a list, a statement per RETR, and at QUIT a look at the claim, a removal and a release', async () => {
      const { path, to } = await mailPath(ground);
      const [address] = to;
      const login = await statementsOf(ground, () => path.open(address).then((mailbox) => mailbox.close()));
      expect(login).toHaveLength(costs.claim + costs.directory + 1 + 1);
      const mailbox = await path.open(address);
      expect(await statementsOf(ground, () => messageIn(mailbox, 1))).toEqual(['mailboxes.read']);
      const quit = await statementsOf(ground, async () => {
        await mailbox.remove([1], ground.budget());
        await mailbox.close();
      });
      expect(quit).toHaveLength(costs.refresh + 1 + 1);
    });
  });
}

/** As a node has it, and three mailboxes whose parts are open. */
async function mailPath(ground: Ground): Promise<{
  path: MailPath;
  intake: (content: Uint8Array, to: readonly MailboxAddress[]) => Promise<unknown>;
  to: [MailboxAddress, MailboxAddress, MailboxAddress];
}> {
  const path = new MailPath(ground.store, ground.name('worker'));
  const to: [MailboxAddress, MailboxAddress, MailboxAddress] = [
    ground.address(),
    ground.address(),
    ground.address(),
  ];
  await deliverTo(ground, to);
  return { path, to, intake: (content, mailboxes) => path.accept(content, mailboxes) };
}

/** As `src/pop3` will do it: lock, look, fetch, delete, unlock. */
export async function popSession(ground: Ground, address: MailboxAddress): Promise<void> {
  const { claims, mailboxes } = ground.store;
  await claims.claim(address, 'worker', ground.budget());
  const entries = await entriesIn(ground.store, ground, address);
  for (const entry of entries.slice(0, 3)) await readEntry(ground, address, entry);
  await mailboxes.remove(address, entries.slice(0, 1), ground.budget());
  await claims.release(address, 'worker', ground.budget());
}

export async function deliverTo(ground: Ground, to: readonly MailboxAddress[]): Promise<void> {
  await ground.store.mailboxes.deliver(ground.delivery(to), ground.budget());
}

export async function filledMailbox(ground: Ground, messages: number): Promise<MailboxAddress> {
  const address = ground.address();
  for (let count = 0; count < messages; count += 1) await deliverTo(ground, [address]);
  return address;
}

async function statementsOf(ground: Ground, work: () => Promise<unknown>): Promise<readonly string[]> {
  ground.tap.reset();
  await work();
  return ground.tap.statements;
}

async function readEntry(
  ground: Ground,
  address: MailboxAddress,
  entry: MessageEntry | undefined,
): Promise<void> {
  if (entry === undefined) throw new Error('the message is not there');
  await bytesOfBody(await ground.store.mailboxes.read(address, entry, ground.budget()));
}
