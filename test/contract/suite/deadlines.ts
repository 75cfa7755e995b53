// Time budgets: what has no time left is refused before anything is sent, and nothing is begun past the deadline.
import { expect } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Budget } from '../../../src/base/budget.js';
import { systemTimers } from '../../../src/base/clock.js';
import { parseDomain } from '../../../src/mail/domain-name.js';
import { INBOX } from '../../../src/mail/mailbox-name.js';
import { CHUNK_BYTES } from '../../../src/store/types.js';
import { settings } from './accounts.js';
import { inPieces, patterned } from './bytes.js';
import { failureOfPromise } from '../../failure-from.js';
import type { Case } from './case.js';
import { Gateway, relayItems } from './gateway.js';
import type { Ground } from './ground.js';
import { asHeld, bytesOf, entriesIn, gather, outcomeOf } from './reading.js';

/** For taking back what was begun, and for a busy machine. */
const GRACE_MS = 2_000;

export const deadlineCases: readonly Case[] = [
  {
    title: 'no call begins anything when its time is spent already',
    run: async (ground) => {
      for (const [name, call] of Object.entries(await everyCall(ground))) {
        ground.tap.reset();
        const outcome = await outcomeOf(call(ground.budget(0)));
        const code = outcome.kind === 'refused' ? outcome.failure.code : 'answered';
        expect([name, code, ...ground.tap.statements]).toEqual([name, 'deadline-passed']);
      }
    },
  },
  {
    title: 'a delivery whose time was spent is in no mailbox',
    run: async (ground) => {
      const to = [ground.address(), ground.address()];
      await failureOfPromise(ground.store.mailboxes.deliver(ground.delivery(to), ground.budget(0)));
      for (const address of to) expect(await entriesIn(ground.other, ground, address)).toEqual([]);
    },
  },
  {
    title: 'a body that cannot be written in time is given up at the deadline',
    run: async (ground) => {
      ground.tap.beforeEach(() => systemTimers.sleep(60));
      const startedMs = performance.now();
      const stream = inPieces(patterned(24 * 1024 * 1024), CHUNK_BYTES);
      const failure = await failureOfPromise(
        ground.store.bodies.write(ground.id(), stream, ground.budget(150)),
      );
      expect(['temporary', 'uncertain']).toContain(failure.kind);
      expect(performance.now() - startedMs).toBeLessThan(150 + GRACE_MS);
    },
  },
  {
    title: 'a stream that stalls does not hold the call beyond its deadline',
    run: async (ground) => {
      const startedMs = performance.now();
      const failure = await failureOfPromise(
        ground.store.bodies.write(ground.id(), stalled(), ground.budget(150)),
      );
      expect(failure.code).toBe('deadline-passed');
      expect(performance.now() - startedMs).toBeLessThan(150 + GRACE_MS);
    },
  },
  {
    title: 'a body that is not read to its end in time fails at the next chunk, not silently',
    run: async (ground) => {
      const bytes = patterned(12 * 1024 * 1024);
      const body = await ground.store.bodies.write(ground.id(), inPieces(bytes), ground.budget());
      const reading = ground.store.bodies.read(asHeld(body), ground.budget(250));
      const outcome = await outcomeOf(
        (async () => {
          let readBytes = 0;
          for await (const chunk of reading) {
            readBytes += chunk.length;
            await systemTimers.sleep(20);
          }
          return readBytes;
        })(),
      );
      expect(outcome).toMatchObject({ kind: 'refused', failure: { kind: 'temporary' } });
    },
  },
  {
    title: 'a delivery to many that runs out of time is done, uncertain or nowhere, and can be repeated',
    run: async (ground) => {
      const to = Array.from({ length: 40 }, () => ground.address());
      const delivery = ground.delivery(to);
      ground.tap.beforeEach(() => systemTimers.sleep(70));
      const outcome = await outcomeOf(ground.store.mailboxes.deliver(delivery, ground.budget(100)));
      ground.tap.disarm();
      const counts = await Promise.all(
        to.map(async (address) => (await entriesIn(ground.other, ground, address)).length),
      );
      if (outcome.kind === 'done') expect(counts).toEqual(to.map(() => 1));
      else if (outcome.failure.kind !== 'uncertain') expect(counts).toEqual(to.map(() => 0));
      await ground.store.mailboxes.deliver(delivery, ground.budget());
      for (const address of to) expect(await entriesIn(ground.other, ground, address)).toHaveLength(1);
    },
  },
];

/** Every call of the interfaces that takes a budget, ready to be made. */
async function everyCall(ground: Ground): Promise<Record<string, (budget: Budget) => Promise<unknown>>> {
  return { ...(await mailCalls(ground)), ...(await controlCalls(ground)), ...(await queueCalls(ground)) };
}

async function mailCalls(ground: Ground): Promise<Record<string, (budget: Budget) => Promise<unknown>>> {
  const { mailboxes, bodies, claims } = ground.store;
  const address = ground.address();
  const delivery = ground.delivery([address]);
  await mailboxes.deliver(delivery, ground.budget());
  const [entry] = await entriesIn(ground.store, ground, address);
  if (entry === undefined) throw new Error('the message is not there');
  const bytes = patterned(CHUNK_BYTES);
  const body = await bodies.write(ground.id(), inPieces(bytes), ground.budget());
  const holders = [{ kind: 'queue', item: ground.id() } as const];
  const held = await bodies.hold(body, holders, ground.budget());
  return {
    'mailboxes.deliver': (budget) => mailboxes.deliver(ground.delivery([address]), budget),
    'mailboxes.takeBack': (budget) => mailboxes.takeBack(delivery, budget),
    'mailboxes.list': (budget) => gather(mailboxes.list(address, budget)),
    'mailboxes.read': (budget) => mailboxes.read(address, entry, budget),
    'bodies.write': (budget) => bodies.write(ground.id(), inPieces(bytes), budget),
    'bodies.hold': (budget) => bodies.hold(body, holders, budget),
    'bodies.read': (budget) => bytesOf(bodies.read(held, budget)),
    'bodies.release': (budget) => bodies.release(held, holders, budget),
    'bodies.discard': (budget) => bodies.discard(body, budget),
    'claims.claim': (budget) => claims.claim(address, 'worker', budget),
    'claims.refresh': (budget) => claims.refresh(address, 'worker', budget),
    'claims.releaseAll': (budget) => claims.releaseAll('worker', budget),
    'claims.release': (budget) => claims.release(address, 'worker', budget),
  };
}

async function controlCalls(ground: Ground): Promise<Record<string, (budget: Budget) => Promise<unknown>>> {
  const { accounts, directory, nodes } = ground.store;
  const login = ground.login();
  const name = parseDomain(`${randomUUID()}.example`);
  await accounts.create(login, settings, [INBOX], ground.budget());
  const account = await accounts.read(login, ground.budget());
  if (account === undefined) throw new Error('the account is not there');
  return {
    'accounts.create': (budget) => accounts.create(ground.login(), settings, [], budget),
    'accounts.read': (budget) => accounts.read(login, budget),
    'accounts.change': (budget) => accounts.change(account, settings, budget),
    'accounts.addMailbox': (budget) => accounts.addMailbox(account, INBOX, budget),
    'accounts.markMailbox': (budget) => accounts.markMailbox(account, INBOX, 1, budget),
    'accounts.removeMailbox': (budget) => accounts.removeMailbox(account, INBOX, budget),
    'accounts.remove': (budget) => accounts.remove(account, budget),
    'accounts.list': (budget) => gather(accounts.list(budget)),
    'directory.readDomain': (budget) => directory.readDomain(name, budget),
    'directory.writeDomain': (budget) => directory.writeDomain({ name }, budget),
    'directory.listDomains': (budget) => gather(directory.listDomains(budget)),
    'directory.readAlias': (budget) => directory.readAlias(login, budget),
    'directory.writeAlias': (budget) => directory.writeAlias({ address: login, targets: [] }, budget),
    'directory.listAliases': (budget) => gather(directory.listAliases(budget)),
    'nodes.withdraw': (budget) => nodes.withdraw('nobody', budget),
    'nodes.list': (budget) => nodes.list(budget),
  };
}

async function queueCalls(ground: Ground): Promise<Record<string, (budget: Budget) => Promise<unknown>>> {
  const { queue } = ground.store;
  const gateway = await Gateway.start(ground);
  const { lease } = gateway;
  const [slice, items] = [await gateway.openSlice(), relayItems(ground, 2)];
  await gateway.append(slice, items);
  const [first] = items;
  const settlement = { done: items.map(({ id }) => id), deferred: [] };
  return {
    'leases.create': (budget) => queue.leases.create(ground.queue(), 'mx1/1', 'http://127.0.0.1:1', budget),
    'leases.renew': (budget) => queue.leases.renew(lease, 0, budget),
    'leases.takeOver': (budget) => queue.leases.takeOver(lease, 'mx2/1', 'http://127.0.0.2:1', budget),
    'leases.end': (budget) => queue.leases.end(lease, budget),
    'leases.current': (budget) => queue.leases.current(lease.queue, budget),
    'leases.list': (budget) => queue.leases.list(budget),
    'queue.openSlice': (budget) => queue.openSlice(gateway.slice(1), gateway.stamp(), budget),
    'queue.append': (budget) => queue.append(slice, relayItems(ground, 1), gateway.stamp(), budget),
    'queue.settle': (budget) => queue.settle(slice, settlement, gateway.stamp(), budget),
    'queue.dropSlice': (budget) => queue.dropSlice(slice, gateway.stamp(), budget),
    'queue.slices': (budget) => queue.slices(lease.queue, budget),
    'queue.recover': (budget) => gather(queue.recover([slice], budget)),
    'queue.readBody': (budget) => queue.readBody(slice, first?.id ?? ground.id(), budget),
  };
}

async function* stalled(): AsyncGenerator<Uint8Array> {
  yield patterned(CHUNK_BYTES);
  await new Promise(() => undefined); // for ever
}
