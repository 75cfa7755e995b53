// Where an address leads in the end, over aliases that lead to aliases. Bounded: so many addresses and so many levels; what
// goes beyond, or round in a circle, is a loop.
import { sideBySide } from '../base/side-by-side.js';
import { Failure } from '../base/failure.js';
import { parseMailAddress, type MailAddress } from '../mail/address.js';
import type { Account } from '../store/types.js';
import type { Step } from './address-steps.js';

/** Of which one recipient may come to stand for, aliases included. */
const MOST_ADDRESSES = 500;
const MOST_LEVELS = 10;
/** Lookups at the same time. */
const WIDTH = 8;

export interface ReachedUser {
  readonly account: Account;
  /** What stood behind the plus. */
  readonly detail?: string;
}

export interface Expansion {
  readonly users: readonly ReachedUser[];
  readonly remote: readonly MailAddress[];
  /** Targets at which nobody is. */
  readonly dead: readonly string[];
}

export type Stepping = (address: MailAddress) => Promise<Step>;

/** `first` is the step from `address`, which is known already. */
export async function expanded(
  address: MailAddress,
  first: Step,
  stepping: Stepping,
): Promise<Expansion | 'alias-loop'> {
  const steps = new Map([[address.text, { address, step: first }]]);
  let level = targetsOf(first);
  for (let depth = 0; level.length > 0; depth += 1) {
    const fresh = distinctAddresses(level).filter(({ text }) => !steps.has(text));
    if (depth >= MOST_LEVELS || steps.size + fresh.length > MOST_ADDRESSES) return 'alias-loop';
    await sideBySide(fresh, WIDTH, async (target) => {
      steps.set(target.text, { address: target, step: await stepping(target) });
    });
    level = fresh.flatMap((target) => targetsOf(steps.get(target.text)?.step));
  }
  const links = new Map([...steps].map(([text, { step }]) => [text, linksOf(step)]));
  return hasCircle(links) ? 'alias-loop' : gathered([...steps.values()], links);
}

function targetsOf(step: Step | undefined): readonly string[] {
  return step?.kind === 'onward' ? step.targets : [];
}

function linksOf(step: Step): readonly string[] {
  return distinctAddresses(targetsOf(step)).map(({ text }) => text);
}

/** A stored target that is no address is one at which nobody is. */
function distinctAddresses(targets: readonly string[]): readonly MailAddress[] {
  const found = new Map<string, MailAddress>();
  for (const target of targets) {
    const address = addressOrNothing(target);
    if (address !== undefined) found.set(address.text, address);
  }
  return [...found.values()];
}

function addressOrNothing(text: string): MailAddress | undefined {
  try {
    return parseMailAddress(text, { isUtf8Allowed: true });
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

/** Takes away what leads nowhere any more, until nothing is left, or what is left goes round. */
function hasCircle(links: ReadonlyMap<string, readonly string[]>): boolean {
  const left = new Map(links);
  for (let size = -1; size !== left.size;) {
    size = left.size;
    for (const [text, targets] of left) {
      if (!targets.some((target) => left.has(target))) left.delete(text);
    }
  }
  return left.size > 0;
}

function gathered(
  steps: readonly { readonly address: MailAddress; readonly step: Step }[],
  links: ReadonlyMap<string, readonly string[]>,
): Expansion {
  const users: ReachedUser[] = [];
  const remote: MailAddress[] = [];
  const dead: string[] = [];
  for (const { address, step } of steps) {
    if (step.kind === 'user') users.push(step);
    else if (step.kind === 'remote') remote.push(address);
    else if (step.kind === 'nobody' || links.get(address.text)?.length === 0) dead.push(address.text);
  }
  return { users, remote, dead };
}
