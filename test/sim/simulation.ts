// One run of the simulation: some gateways on one ring, mail coming in, things going wrong; then everything is mended and
// all that was acknowledged must have arrived. What goes wrong, and when, follows from the seed.
import type { QueueStore } from '../../src/store/api/queue.js';
import { Ledger, type LedgerSummary } from './ledger.js';
import { RemoteHosts, SimGateway } from './sim-gateway.js';
import { FINE, short, SimRing, type Weather } from './sim-ring.js';
import { World } from './world.js';

export interface SimulationOptions {
  readonly seed: number;
  readonly isTold?: boolean;
  /** Puts something between the product and its store, to see whether it is noticed. */
  readonly wrap?: (store: QueueStore) => QueueStore;
}

export interface SimulationResult extends LedgerSummary {
  readonly seed: number;
  readonly wrongs: readonly string[];
  readonly history: readonly string[];
}

const TROUBLE_MS = 45_000;
/** For the last silence, the last take-over, the last retry; and for an own queue to end. */
const MENDING_MS = 120_000;
const MESSAGES = 30;

class Simulation {
  readonly #world: World;
  readonly #ring: SimRing;
  readonly #ledger: Ledger;
  readonly #remote = new RemoteHosts();
  readonly #gateways: SimGateway[] = [];
  readonly #wrap: (store: QueueStore) => QueueStore;
  #started = 0;
  #isMended = false;

  constructor({ seed, isTold = false, wrap = (store) => store }: SimulationOptions) {
    this.#world = new World(seed, { isTold });
    this.#ring = new SimRing(this.#world);
    this.#ledger = new Ledger(this.#world, this.#ring);
    this.#wrap = wrap;
  }

  async run(seed: number): Promise<SimulationResult> {
    const world = this.#world;
    const gateways = 2 + Math.floor(world.between(0, 2));
    for (let count = 0; count < gateways; count += 1) this.#start();
    this.#planMail();
    const troubles = 3 + Math.floor(world.between(0, 4));
    for (let count = 0; count < troubles; count += 1) {
      world.at(world.between(500, TROUBLE_MS), () => this.#trouble());
    }
    await world.runUntil(TROUBLE_MS);
    this.#mend();
    const isThorough = seed % 10 === 0;
    await world.runUntil(
      TROUBLE_MS + MENDING_MS,
      () => this.#ledger.undelivered.length === 0 && (!isThorough || this.#ring.liveLeases.length === 0),
    );
    for (const id of this.#ledger.undelivered) world.wrong(`${short(id)} was acknowledged and is lost`);
    if (isThorough)
      for (const { queue } of this.#ring.liveLeases) world.wrong(`queue ${short(queue)} never ends`);
    const { wrongs, history } = world;
    return { seed, ...this.#ledger.summary(), wrongs, history };
  }

  #start(): SimGateway {
    this.#started += 1;
    const name = `g${this.#started}`;
    this.#world.tell(() => `${name} starts`);
    const parts = {
      world: this.#world,
      ring: this.#ring,
      ledger: this.#ledger,
      remote: this.#remote,
      wrap: this.#wrap,
    };
    const gateway = new SimGateway(name, parts);
    this.#gateways.push(gateway);
    return gateway;
  }

  get #up(): readonly SimGateway[] {
    return this.#gateways.filter(({ isUp }) => isUp);
  }

  /** In bursts, as it comes. */
  #planMail(): void {
    const world = this.#world;
    for (let sent = 0; sent < MESSAGES;) {
      const atMs = world.between(100, TROUBLE_MS - 1_000);
      const burst = 1 + Math.floor(world.between(0, 5));
      for (let at = 0; at < burst; at += 1) {
        world.at(atMs + world.between(0, 30), () => {
          if (this.#up.length > 0) world.pick(this.#up).submit();
        });
      }
      sent += burst;
    }
  }

  #trouble(): void {
    const world = this.#world;
    if (this.#up.length === 0) return;
    const gateway = world.pick(this.#up);
    // Trouble matters most to what is on its way.
    for (let at = 0; at < 4; at += 1) gateway.submit();
    world.in(world.between(0, 60), () => this.#befall(gateway));
  }

  #befall(gateway: SimGateway): void {
    const fate = this.#world.fraction();
    if (!gateway.isUp) return;
    if (fate < 0.28) this.#killed(gateway);
    else if (fate < 0.45) this.#stopped(gateway, 'paused');
    else if (fate < 0.53) this.#stopped(gateway, 'asleep');
    else if (fate < 0.6) this.#clockJumps(gateway);
    else if (fate < 0.7) this.#leaves(gateway);
    else if (fate < 0.85) this.#replicasFail();
    else this.#storm();
  }

  #killed(gateway: SimGateway): void {
    gateway.kill();
    this.#world.in(this.#world.between(0, 8_000), () => this.#start());
  }

  #leaves(gateway: SimGateway): void {
    gateway.stop();
    this.#world.in(this.#world.between(0, 3_000), () => this.#start());
  }

  #stopped(gateway: SimGateway, how: 'paused' | 'asleep'): void {
    const world = this.#world;
    const ms = world.happens(0.5) ? world.between(9_000, 30_000) : world.between(500, 9_000);
    world.tell(() => `${gateway.process.name} is ${how} for ${(ms / 1000).toFixed(1)} s`);
    gateway.process.stop(how);
    // Clients go on sending to it: it finds them waiting when it wakes.
    for (let at = 0; at < 3; at += 1) world.in(world.between(0, ms), () => gateway.submit());
    world.in(ms, () => {
      world.tell(() => `${gateway.process.name} goes on`);
      gateway.process.goOn();
    });
  }

  #clockJumps(gateway: SimGateway): void {
    // By an hour, retries would come an hour later: that is long after the end of this world.
    const ms = this.#world.pick([-20_000, -900, 900, 5_000, 20_000]);
    this.#world.tell(() => `the wall clock of ${gateway.process.name} jumps by ${ms} ms`);
    gateway.process.jumpWall(ms);
  }

  #replicasFail(): void {
    const world = this.#world;
    const count = world.happens(0.5) ? 1 : 2;
    const ms = world.between(1_000, 15_000);
    const first = Math.floor(world.between(0, 3));
    world.tell(() => `${count} replicas are away for ${(ms / 1000).toFixed(1)} s`);
    for (let at = 0; at < count; at += 1) {
      const replica = this.#ring.replicas[(first + at) % 3];
      if (replica !== undefined) replica.downUntilMs = world.nowMs + ms;
    }
  }

  #storm(): void {
    const world = this.#world;
    const weather: Weather = {
      refused: world.between(0, 0.2),
      replyLost: world.between(0, 0.3),
      replicaLate: world.between(0, 0.5),
      replicaMisses: world.between(0, 0.2),
      slow: world.between(0, 0.3),
    };
    world.tell(() => `a storm: ${JSON.stringify(weather)}`);
    this.#ring.weather = weather;
    world.in(world.between(1_000, 12_000), () => {
      this.#ring.weather = FINE;
    });
  }

  /** Nothing goes wrong any more, and somebody is there. */
  #mend(): void {
    if (this.#isMended) return;
    this.#isMended = true;
    this.#world.tell(() => 'all is mended');
    this.#ring.weather = FINE;
    this.#remote.isMended = true;
    for (const replica of this.#ring.replicas) replica.downUntilMs = 0;
    for (const { process } of this.#gateways) process.goOn();
    this.#start();
  }
}

export function simulate(options: SimulationOptions): Promise<SimulationResult> {
  return new Simulation(options).run(options.seed);
}
