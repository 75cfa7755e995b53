// Deliveries, repetitions, removals and takings-back by several users at once, while every so-manieth statement fails.
// A ledger keeps what the answers say must be there; at the end another process looks. By its seed a case makes the same
// choices each time; which of them the faults meet is up to the store.
import { expect } from '@jest/globals';
import type { Delivery, MailboxAddress } from '../../../src/store/types.js';
import type { Case } from './case.js';
import type { Ground } from './ground.js';
import { entriesIn, idsIn, outcomeOf } from './reading.js';

/**
 * Of a message in one mailbox. *either*: its delivery was uncertain; *fading*: so was its removal, which a repeated
 * delivery does not make undone; *gone* is for good.
 */
type Standing = 'absent' | 'either' | 'present' | 'fading' | 'gone';

interface Message {
  readonly delivery: Delivery;
  readonly standings: Map<MailboxAddress, Standing>;
  isAcknowledged: boolean;
}

const SEEDS = [1, 2];
const LANES = 6;
const STEPS = 30;
const MAILBOXES = 5;
const FAULT_RATE = 0.4;
const STEP_MS = 1_000;

export const randomFaultCases: readonly Case[] = SEEDS.map((seed) => ({
  title: `whatever fails by chance, the mailboxes hold what the answers said (seed ${seed})`,
  run: (ground) => workUnderFaults(ground, seed),
}));

async function workUnderFaults(ground: Ground, seed: number): Promise<void> {
  const addresses = Array.from({ length: MAILBOXES }, () => ground.address());
  ground.tap.disturb(FAULT_RATE, chanceOf(seed));
  const seeds = Array.from({ length: LANES }, (_, lane) => seed * 1_000 + lane);
  const lanes = await Promise.all(seeds.map((own) => work(ground, addresses, chanceOf(own))));
  expect(ground.tap.disarm()).toBe(true);
  const messages = lanes.flat();
  for (const address of addresses) await expectAsTold(ground, address, messages);
  expect(messages.some(({ isAcknowledged }) => isAcknowledged)).toBe(true);
}

/** One user's messages; nobody else touches them, so that each answer has one meaning. */
async function work(
  ground: Ground,
  addresses: readonly MailboxAddress[],
  chance: () => number,
): Promise<Message[]> {
  const messages: Message[] = [];
  for (let step = 0; step < STEPS; step += 1) {
    const message = messages[Math.floor(chance() * messages.length)];
    const choice = chance();
    if (message === undefined || choice < 0.4) {
      const fresh = newMessage(ground, addresses, chance);
      messages.push(fresh);
      await deliver(ground, fresh, 'first');
    } else if (choice < 0.65) {
      if (!message.isAcknowledged) await deliver(ground, message, 'repeated');
    } else if (choice < 0.8) await takeBack(ground, message);
    else await removeFromOne(ground, message, chance);
  }
  return messages;
}

function newMessage(ground: Ground, addresses: readonly MailboxAddress[], chance: () => number): Message {
  const chosen = addresses.filter(() => chance() < 0.4);
  const to = chosen.length === 0 ? addresses.slice(0, 1) : chosen;
  const standings = new Map<MailboxAddress, Standing>(to.map((address) => [address, 'absent'] as const));
  return { delivery: ground.delivery(to), standings, isAcknowledged: false };
}

async function deliver(ground: Ground, message: Message, attempt: 'first' | 'repeated'): Promise<void> {
  const delivering = ground.store.mailboxes.deliver(message.delivery, ground.budget(STEP_MS));
  const outcome = await outcomeOf(delivering);
  if (outcome.kind === 'done') {
    message.isAcknowledged = true;
    change(message, { absent: 'present', either: 'present' });
  } else if (outcome.failure.kind === 'uncertain') change(message, { absent: 'either' });
  else if (attempt === 'first') change(message, { either: 'absent' });
}

async function takeBack(ground: Ground, message: Message): Promise<void> {
  const outcome = await outcomeOf(ground.store.mailboxes.takeBack(message.delivery, ground.budget(STEP_MS)));
  if (outcome.kind === 'done') {
    change(message, { absent: 'gone', either: 'gone', present: 'gone', fading: 'gone' });
  } else change(message, { absent: 'fading', either: 'fading', present: 'fading' });
}

async function removeFromOne(ground: Ground, message: Message, chance: () => number): Promise<void> {
  const { to } = message.delivery;
  const address = to[Math.floor(chance() * to.length)];
  if (address === undefined) return;
  const entries = await entriesIn(ground.other, ground, address);
  const entry = entries.find(({ id }) => id === message.delivery.id);
  expectStanding(message.standings.get(address), entry !== undefined);
  if (entry === undefined) return;
  const { left } = await ground.store.mailboxes.remove(address, [entry], ground.budget(STEP_MS));
  message.standings.set(address, left.length === 0 ? 'gone' : 'fading');
}

function change({ standings }: Message, changes: Readonly<Partial<Record<Standing, Standing>>>): void {
  for (const [address, standing] of standings) standings.set(address, changes[standing] ?? standing);
}

async function expectAsTold(
  ground: Ground,
  address: MailboxAddress,
  messages: readonly Message[],
): Promise<void> {
  const listed = await idsIn(ground.other, ground, address);
  expect(new Set(listed).size).toBe(listed.length);
  for (const { delivery, standings } of messages) {
    if (standings.has(address)) expectStanding(standings.get(address), listed.includes(delivery.id));
  }
}

function expectStanding(standing: Standing | undefined, isListed: boolean): void {
  const allowed = {
    absent: [false],
    either: [false, true],
    present: [true],
    fading: [false, true],
    gone: [false],
  };
  expect(standing && allowed[standing]).toContain(isListed);
}

/** Numbers in [0, 1) that follow from the seed (mulberry32). */
function chanceOf(seed: number): () => number {
  let state = seed * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
