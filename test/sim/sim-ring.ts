// Three replicas and what lies between them and a process. A write is acknowledged when two replicas have it; the third
// gets it sooner, later or never. A write that is not acknowledged in time may have happened, may happen still, and may
// never. A read asks two replicas, each at a moment of its own. A lightweight transaction is decided at one moment, or at
// a later one than its client thinks, or never; what is decided is not visible everywhere at once.
import { Failure, type FailureCode } from '../../src/base/failure.js';
import type { Lease, QueueId } from '../../src/store/types.js';
import { Replica } from './replica.js';
import type { World } from './world.js';

/** How bad things are at the moment: probabilities, for each statement. */
export interface Weather {
  readonly refused: number;
  readonly replyLost: number;
  readonly replicaLate: number;
  readonly replicaMisses: number;
  readonly slow: number;
}

export const FINE: Weather = { refused: 0, replyLost: 0, replicaLate: 0.02, replicaMisses: 0.01, slow: 0.01 };

const TIMEOUT_MS = 2_000;
const QUORUM = 2;

interface Serial {
  ballot: number;
  lease: Lease | undefined;
}

export class SimRing {
  readonly #world: World;
  readonly replicas = [new Replica(), new Replica(), new Replica()] as const;
  readonly #serial = new Map<QueueId, Serial>();
  weather: Weather = FINE;

  constructor(world: World) {
    this.#world = world;
  }

  /** Who owns the queue, beyond doubt, at this moment. */
  truth(queue: QueueId): Lease | undefined {
    return this.#serial.get(queue)?.lease;
  }

  get liveLeases(): readonly Lease[] {
    return [...this.#serial.values()].flatMap(({ lease }) => lease ?? []);
  }

  /** One mutation for each replica, in parts that are applied one after the other. Resolves when it is on a quorum. */
  write(parts: readonly ((replica: Replica) => void)[]): Promise<void> {
    const world = this.#world;
    const sentAtMs = world.nowMs + this.#networkMs();
    if (world.happens(this.weather.refused) || this.#up().length < QUORUM) {
      return this.#fails(world.happens(0.5) ? 'store-unavailable' : this.#silence(), world.between(1, 20));
    }
    const appliedAtMs = this.replicas.map((replica) => {
      let atMs = this.#arrivalMs(replica, sentAtMs);
      for (const part of parts) {
        replica.arrives(atMs, part);
        atMs += world.between(0, 0.5);
      }
      return atMs;
    });
    return this.#acknowledged(appliedAtMs);
  }

  /** What two replicas know, each at a moment of its own. */
  async read<T>(look: (replica: Replica) => T): Promise<readonly T[]> {
    const world = this.#world;
    const up = this.#up();
    if (world.happens(this.weather.refused) || up.length < QUORUM) {
      await this.#fails(world.happens(0.5) ? 'store-unavailable' : 'store-read-failed', world.between(1, 20));
    }
    const left = world.pick(this.replicas);
    const asked = up.length === QUORUM ? up : up.filter((replica) => replica !== left);
    const answers: T[] = [];
    for (const replica of asked.slice(0, QUORUM)) {
      await this.#pass(this.#networkMs());
      replica.catchUp(world.nowMs);
      answers.push(look(replica));
    }
    if (world.happens(this.weather.replyLost)) await this.#fails('store-read-failed', TIMEOUT_MS);
    await this.#pass(world.between(0.1, 1));
    return answers;
  }

  /** `change` gives what the lease is to be, or 'refused' when its condition does not hold. */
  async change(
    queue: QueueId,
    change: (lease: Lease | undefined) => Lease | undefined | 'refused',
  ): Promise<boolean> {
    const world = this.#world;
    if (world.happens(this.weather.refused) || this.#up().length < QUORUM) {
      await this.#fails(world.happens(0.5) ? 'store-unavailable' : this.#silence(), world.between(1, 20));
    }
    const fate = world.fraction();
    if (fate < this.weather.replyLost / 2) {
      // Decided when its client has long given up, or never.
      if (world.happens(0.6)) world.in(world.between(5, 15_000), () => this.#decide(queue, change));
      await this.#fails('store-cas-uncertain', TIMEOUT_MS);
    }
    await this.#pass(world.between(4, 12));
    const committedAtMs = this.#decide(queue, change);
    if (fate < this.weather.replyLost) await this.#fails('store-cas-uncertain', TIMEOUT_MS);
    if (committedAtMs === undefined) {
      await this.#pass(world.between(1, 5));
      return false;
    }
    await this.#acknowledged(committedAtMs, 'store-cas-uncertain');
    return true;
  }

  /** When it reaches each replica, or nothing when it is refused. What was decided before is on a quorum with it. */
  #decide(
    queue: QueueId,
    change: (lease: Lease | undefined) => Lease | undefined | 'refused',
  ): readonly number[] | undefined {
    const serial = this.#serial.get(queue) ?? { ballot: 0, lease: undefined };
    for (const replica of this.#up().slice(0, QUORUM)) replica.commitLease(queue, { ...serial });
    const next = change(serial.lease);
    if (next === 'refused') return undefined;
    const decided = { ballot: serial.ballot + 1, lease: next };
    this.#serial.set(queue, decided);
    this.#world.tell(() => `lease  ${short(queue)} is ${describeLease(next)}`);
    return this.replicas.map((replica) => {
      const atMs = this.#arrivalMs(replica, this.#world.nowMs);
      replica.arrives(atMs, (there) => there.commitLease(queue, decided));
      return atMs;
    });
  }

  async #acknowledged(
    appliedAtMs: readonly number[],
    doubt: FailureCode = 'store-write-uncertain',
  ): Promise<void> {
    const world = this.#world;
    const onQuorumAtMs = appliedAtMs.toSorted((one, other) => one - other)[QUORUM - 1] ?? Infinity;
    const waitMs = onQuorumAtMs - world.nowMs;
    if (waitMs > TIMEOUT_MS || world.happens(this.weather.replyLost)) await this.#fails(doubt, TIMEOUT_MS);
    await this.#pass(waitMs + this.#networkMs());
  }

  #arrivalMs(replica: Replica, sentAtMs: number): number {
    const world = this.#world;
    const soonMs = sentAtMs + world.between(0.3, 4);
    const isDown = replica.downUntilMs > world.nowMs;
    if (isDown || world.happens(this.weather.replicaMisses)) {
      // A hint brings it, or nothing does.
      return world.happens(0.5)
        ? Math.max(soonMs, replica.downUntilMs) + world.between(100, 20_000)
        : Infinity;
    }
    return world.happens(this.weather.replicaLate) ? soonMs + world.between(50, 30_000) : soonMs;
  }

  #up(): readonly Replica[] {
    return this.replicas.filter(({ downUntilMs }) => downUntilMs <= this.#world.nowMs);
  }

  #networkMs(): number {
    return this.#world.happens(this.weather.slow)
      ? this.#world.between(50, 1_500)
      : this.#world.between(0.2, 2);
  }

  #silence(): FailureCode {
    return 'store-write-uncertain';
  }

  async #fails(code: FailureCode, afterMs: number): Promise<never> {
    await this.#pass(afterMs);
    throw new Failure(code, 'in the simulation');
  }

  #pass(ms: number): Promise<void> {
    return new Promise((resolve) => this.#world.in(Math.max(0, ms), resolve));
  }
}

export function short(id: string): string {
  return id.slice(0, 8);
}

function describeLease(lease: Lease | undefined): string {
  if (lease === undefined) return 'ended';
  const owner = lease.owner === '' ? 'nobody' : lease.owner;
  return `${owner}'s in epoch ${lease.epoch}, heartbeat ${lease.heartbeat}`;
}
