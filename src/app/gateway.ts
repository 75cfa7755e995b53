// The gateway of a worker, around its relay queue: who delivers from it, who tells senders what became of their mail,
// and who takes over the queues that dead gateways left behind.
import { networkInterfaces } from 'node:os';
import { BoundedLog } from '../base/bounded-log.js';
import { Budget } from '../base/budget.js';
import type { AddressBook } from '../accounts/address-book.js';
import type { Config } from '../config/definition.js';
import type { IncomingRecipient, Intake } from '../intake/intake.js';
import type { MailAddress } from '../mail/address.js';
import { askOverTcp, askOverUdp } from '../net/dns/exchange.js';
import { machineServers } from '../net/dns/machine-servers.js';
import { Resolver } from '../net/dns/resolver.js';
import { plainAddress } from '../net/ip-address.js';
import { LeaseObserver } from '../queue/lease-observer.js';
import { LiveRelayQueue } from '../queue/live-relay-queue.js';
import { TakeOver } from '../queue/take-over.js';
import { HostDeliverer } from '../relay/delivery/host-deliverer.js';
import { SessionPool } from '../relay/delivery/session-pool.js';
import { Dispatcher } from '../relay/dispatch/dispatcher.js';
import { HostFinder } from '../relay/hosts/host-search.js';
import type { OwnMachine } from '../relay/hosts/own-machine.js';
import { MailReporter } from '../relay/report/mail-reporter.js';
import { TIME_LIMITS } from '../relay/session/time-limits.js';
import { deliverySettings, laneSettings, retrySettings } from './gateway-settings.js';
import { hostOf } from './own-certificate.js';
import { ownUrl } from './own-url.js';
import type { WorkerParts } from './worker-parts.js';

export interface GatewayParts extends WorkerParts {
  readonly queue: LiveRelayQueue;
  readonly intake: Intake;
  readonly addressBook: Pick<AddressBook, 'resolve'>;
}

/** Remote hosts decide how often something is odd about them. */
const LOG_BOUND = { lines: 20, perMs: 10_000 };
/** For hosts to hear QUIT; nothing depends on it. */
const GOODBYE_MS = 500;

export class Gateway {
  readonly #parts: GatewayParts;
  readonly #pool: SessionPool;
  readonly #dispatcher: Dispatcher;
  readonly #observer: LeaseObserver;

  constructor(config: () => Config, parts: GatewayParts) {
    this.#parts = parts;
    this.#pool = new SessionPool(parts.timers);
    this.#dispatcher = new Dispatcher({
      ...parts,
      deliverer: deliverer(config, this.#pool, parts),
      reporter: reporter(config, parts),
      retry: () => retrySettings(config()),
      lane: (destination) => laneSettings(config(), destination),
    });
    this.#observer = observer(config, parts);
  }

  start(): void {
    this.#dispatcher.start();
    this.#observer.start();
  }

  /** After a change of the configuration. */
  apply(): void {
    this.#dispatcher.runAll();
  }

  /** Begins no delivery any more and ends those under way, for `ms` at most. Mail is still taken into the queue. */
  async endDeliveries(ms: number): Promise<void> {
    const { timers, log } = this.#parts;
    this.#observer.stop();
    const left = await this.#dispatcher.stop(ms);
    if (left > 0) log.write('relay.left-under-way', { attempts: left });
    await Promise.race([this.#pool.close(), timers.sleep(GOODBYE_MS)]);
  }

  /** When no mail comes any more: another gateway goes on at once. */
  async handOver(ms: number): Promise<void> {
    await this.#parts.queue.stop(Budget.of(this.#parts.clock, ms));
  }
}

export function relayQueue(config: Config, parts: WorkerParts): LiveRelayQueue {
  const { store } = parts;
  return new LiveRelayQueue({
    ...parts,
    store: store.queue,
    bodies: store.bodies,
    owner: parts.processName,
    ownerUrl: ownUrl(config),
  });
}

function deliverer(config: () => Config, pool: SessionPool, parts: GatewayParts): HostDeliverer {
  const settings = () => deliverySettings(config());
  const machine = machineServers();
  const dns = new Resolver({
    ...parts,
    servers: () => (config().relay.dns.servers.length > 0 ? config().relay.dns.servers : machine),
    udp: askOverUdp,
    tcp: askOverTcp,
  });
  const finder = new HostFinder({ ...parts, dns, settings, own: () => ownMachine(config()) });
  const log = new BoundedLog(parts.log, parts.clock, LOG_BOUND);
  return new HostDeliverer({ ...parts, log, finder, pool, settings, limits: TIME_LIMITS });
}

function reporter(config: () => Config, parts: GatewayParts): MailReporter {
  return new MailReporter({
    ...parts,
    addressed: (sender, budget) => addressed(sender, budget, parts.addressBook),
    hostname: () => hostOf(config()),
    giveUpAfterMs: () => config().relay.retry.giveUpAfter,
  });
}

async function addressed(
  address: MailAddress,
  budget: Budget,
  addressBook: Pick<AddressBook, 'resolve'>,
): Promise<IncomingRecipient | undefined> {
  const resolution = await addressBook.resolve(address, budget);
  if (resolution.kind === 'remote') return { address, mailboxes: [], remote: [address], parameters: {} };
  if (resolution.kind !== 'known') return undefined;
  return { address, mailboxes: resolution.mailboxes, remote: resolution.remote, parameters: {} };
}

function observer(config: () => Config, parts: GatewayParts): LeaseObserver {
  const { leases } = parts.store.queue;
  const takeOver = new TakeOver({
    leases,
    owner: parts.processName,
    ownerUrl: ownUrl(config()),
    clock: parts.clock,
  });
  return new LeaseObserver({ ...parts, leases, takeOver, adopter: parts.queue });
}

function ownMachine(config: Config): OwnMachine {
  const addresses = Object.values(networkInterfaces()).flatMap((at = []) => at.map(({ address }) => address));
  return {
    names: new Set([hostOf(config).toLowerCase()]),
    addresses: new Set(addresses.map(plainAddress)),
  };
}
