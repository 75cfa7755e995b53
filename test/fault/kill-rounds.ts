// Rounds of one experiment: a node of two workers under load, kill -9 at a moment that chance chooses, and the account
// of every letter afterwards. The chance has a seed: with the same one the same kinds of letters are sent, and the kill
// comes after the same time.
import { killHard } from '../kill-hard.js';
import { MailNode, type TestUser } from '../mail-node.js';
import { until } from '../until.js';
import { isAlive } from './is-alive.js';
import { Ledger } from './ledger.js';
import { MailLoad } from './mail-load.js';

export type Victim = 'everything' | 'primary' | 'worker';

export interface KillRoundsOptions {
  readonly data: string;
  readonly seed: number;
  /** Of the node, besides what every test node has. */
  readonly set?: readonly string[];
  readonly isAllOrNothing: boolean;
}

export interface KillRounds {
  readonly acknowledged: number;
  /** One round; what is wrong afterwards, in words. */
  round(victim: Victim): Promise<readonly string[]>;
  end(): Promise<void>;
}

const USERS = 4;
const LETTERS_BEFORE = 20;
const LONGEST_WAIT_MS = 800;
const LETTERS_AFTER = 30;

export async function beginKillRounds(options: KillRoundsOptions): Promise<KillRounds> {
  const start = (): Promise<MailNode> =>
    MailNode.start({ data: options.data, set: ['workers=2', ...(options.set ?? [])] });
  const node = await start();
  try {
    const users: TestUser[] = [];
    for (let n = 0; n < USERS; n += 1) users.push(await node.newUser());
    const ledger = new Ledger({ ...options, addresses: users.map(({ address }) => address) });
    return new Rounds({ node, start, users, ledger, seed: options.seed });
  } catch (error) {
    await node.stop('SIGKILL');
    throw error;
  }
}

interface RoundsParts {
  readonly node: MailNode;
  readonly start: () => Promise<MailNode>;
  readonly users: readonly TestUser[];
  readonly ledger: Ledger;
  readonly seed: number;
}

class Rounds implements KillRounds {
  readonly #parts: RoundsParts;
  #node: MailNode;
  #count = 0;

  constructor(parts: RoundsParts) {
    this.#parts = parts;
    this.#node = parts.node;
  }

  get acknowledged(): number {
    return this.#parts.ledger.acknowledged;
  }

  async round(victim: Victim): Promise<readonly string[]> {
    this.#count += 1;
    try {
      await this.#killUnderLoad(victim);
      return (await this.#account()).map((problem) => `${this.#name(victim)}: ${problem}`);
    } catch (error) {
      throw new Error(this.#name(victim), { cause: error });
    }
  }

  async end(): Promise<void> {
    await this.#node.stop('SIGKILL');
  }

  #name(victim: Victim): string {
    return `seed ${this.#parts.seed}, round ${this.#count} (kill -9 of ${victim})`;
  }

  async #killUnderLoad(victim: Victim): Promise<void> {
    const { ledger } = this.#parts;
    const load = MailLoad.begin(this.#node.port('smtp.listen'), ledger);
    try {
      await load.more(LETTERS_BEFORE);
      await new Promise((resolve) => {
        setTimeout(resolve, ledger.fraction() * LONGEST_WAIT_MS);
      });
      if (victim === 'worker') {
        await this.#killWorker();
        await load.more(LETTERS_AFTER);
      } else await this.#killNode(victim);
    } finally {
      await load.end();
    }
    if (victim !== 'worker') this.#node = await this.#parts.start();
  }

  async #killWorker(): Promise<void> {
    const { process: primary } = this.#node;
    const pids = primary.workerPids;
    const replaced = primary.countOf('worker.replaced');
    process.kill(chosen(pids, this.#parts.ledger.fraction()), 'SIGKILL');
    await until('the worker is replaced', () => primary.countOf('worker.replaced') > replaced);
  }

  /** Workers are killed with their primary, or left to find out. */
  async #killNode(victim: Victim): Promise<void> {
    const { process: primary } = this.#node;
    const pids = primary.workerPids;
    killHard(victim === 'everything' ? [primary.pid, ...pids] : [primary.pid]);
    await primary.exitCode();
    await until('its workers are gone', () => !pids.some(isAlive));
  }

  /** Empties the mailboxes, and says what was wrong with them. */
  async #account(): Promise<readonly string[]> {
    const { users, ledger } = this.#parts;
    const found = new Map<string, readonly Buffer[]>();
    for (const user of users) found.set(user.address, await this.#node.takeAll(user));
    const problems = ledger.problems(found);
    ledger.close();
    return problems;
  }
}

function chosen(pids: readonly number[], fraction: number): number {
  const pid = pids[Math.floor(fraction * pids.length)];
  if (pid === undefined) throw new Error('there is no worker to kill');
  return pid;
}
