// On a ring each recipient is a mutation, and a claim is a write and a look. What mail needs no lightweight transaction
// for has none: they cost four times a plain write and time out under contention.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseMailboxName } from '../../src/mail/mailbox-name.js';
import type { Ring } from '../../src/store/cassandra/ring.js';
import { Gateway, relayItems } from '../contract/suite/gateway.js';
import { Ground } from '../contract/suite/ground.js';
import { ringHarness } from '../contract/ring-harness.js';
import { forwarded } from '../contract/ring-sabotage.js';
import { oneNodeRing } from '../ring-addresses.js';
import { assertAccountCosts } from './account-costs.js';
import { assertRelayCosts } from './relay-costs.js';
import { assertStatementCosts, deliverTo, filledMailbox, popSession } from './statement-costs.js';

const ring = { address: oneNodeRing(), replicationFactor: 1 };

assertStatementCosts(
  'a ring',
  {
    openingPart: 1,
    directory: 1,
    deliver: (mailboxes) => mailboxes,
    readTogether: (messages) => Math.ceil(messages / 16),
    claim: 2,
    refresh: 2,
    writeLarge: (chunks) => chunks + 1,
  },
  () => ringHarness(ring),
);

assertAccountCosts('a ring', () => ringHarness(ring));
assertRelayCosts('a ring', () => ringHarness(ring));

describe('lightweight transactions on a ring', () => {
  let ground: Ground;
  let transactions = 0;

  beforeAll(async () => {
    const counting = { ...ring, wrap: (real: Ring) => counted(real, () => (transactions += 1)) };
    ground = await Ground.on(await ringHarness(counting));
  }, 120_000);

  afterAll(() => ground.close(), 60_000);

  async function transactionsIn(work: () => Promise<unknown>): Promise<number> {
    transactions = 0;
    await work();
    return transactions;
  }

  it('are counted: creating an account is one', async () => {
    const settings = { passwordHash: 'x', isDisabled: false };
    const creating = (): Promise<unknown> =>
      ground.store.accounts.create(ground.login(), settings, [parseMailboxName('inbox')], ground.budget());
    expect(await transactionsIn(creating)).toBe(1);
  });

  it('have no part in accepting a message, for mailboxes', async () => {
    expect(await transactionsIn(() => deliverTo(ground, [ground.address(), ground.address()]))).toBe(0);
  });

  it('have no part in accepting and settling messages for the relay queue', async () => {
    const gateway = await Gateway.start(ground);
    const slice = await gateway.openSlice();
    const items = relayItems(ground, 3);
    const relaying = async (): Promise<void> => {
      await gateway.append(slice, items);
      await ground.store.queue.leases.current(gateway.lease.queue, ground.budget());
      await gateway.done(slice, items);
    };
    expect(await transactionsIn(relaying)).toBe(0);
  });

  it('have no part in a POP3 session, its login and its claim included', async () => {
    const address = await filledMailbox(ground, 4);
    const session = async (): Promise<void> => {
      await ground.store.accounts.read(address.login, ground.budget());
      await popSession(ground, address);
    };
    expect(await transactionsIn(session)).toBe(0);
  });
});

function counted(real: Ring, count: () => void): Ring {
  return {
    ...forwarded(real),
    change: (request, budget) => {
      count();
      return real.change(request, budget);
    },
    write: (request, budget) => {
      if (request.queries.some(({ cql }) => / IF /.test(cql))) count(); // not by the back door either
      return real.write(request, budget);
    },
  };
}
