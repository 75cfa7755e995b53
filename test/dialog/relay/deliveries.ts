// Everything a delivery needs, on loopback: a DNS server, mail hosts at addresses of their own that share one port, and
// the deliverer between them.
import { systemClock, systemTimers } from '../../../src/base/clock.js';
import { Metrics } from '../../../src/base/metrics.js';
import { systemRandom } from '../../../src/base/random.js';
import type { TimeUuid } from '../../../src/base/time-uuid.js';
import { LabDns } from '../../../src/lab/remote/dns-server.js';
import { LabHost, type RemoteHostOptions } from '../../../src/lab/remote/remote-host.js';
import { askOverTcp, askOverUdp } from '../../../src/net/dns/exchange.js';
import { Resolver } from '../../../src/net/dns/resolver.js';
import type { AttemptResult, DeliveryOrder, RecipientOutcome } from '../../../src/relay/attempt.js';
import type { DeliverySettings, DestinationSettings } from '../../../src/relay/delivery/delivery-settings.js';
import { HostDeliverer } from '../../../src/relay/delivery/host-deliverer.js';
import { SessionPool } from '../../../src/relay/delivery/session-pool.js';
import { HostFinder } from '../../../src/relay/hosts/host-search.js';
import { TIME_LIMITS, type TimeLimits } from '../../../src/relay/session/time-limits.js';
import type { MessageBody, RelayRecipient } from '../../../src/store/types.js';
import { MemoryLog } from '../../memory-log.js';

const DESTINATION: DestinationSettings = {
  messagesPerConnection: 100,
  recipientsPerMessage: 50,
  requireTls: false,
  sourceAddress: undefined,
};

export interface Order {
  readonly to?: readonly (string | RelayRecipient)[];
  readonly destination?: string;
  readonly sender?: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly text?: string;
  readonly content?: () => Promise<MessageBody>;
  readonly sizeBytes?: number;
  readonly mayFinish?: () => boolean;
}

export class Deliveries {
  readonly dns: LabDns;
  readonly port: number;
  readonly log = new MemoryLog();
  readonly metrics = new Metrics();
  readonly pool = new SessionPool(systemTimers);
  readonly deliverer: HostDeliverer;
  readonly #hosts: LabHost[];
  settings: Partial<DeliverySettings> = {};
  destination: Partial<DestinationSettings> = {};
  limits: Partial<TimeLimits> = {};

  private constructor(dns: LabDns, first: LabHost) {
    this.dns = dns;
    this.port = first.port;
    this.#hosts = [first];
    const { log, metrics, pool } = this;
    const common = { clock: systemClock, timers: systemTimers, random: systemRandom, log, metrics };
    const servers = () => [{ host: dns.host, port: dns.port }];
    const resolver = new Resolver({ ...common, servers, udp: askOverUdp, tcp: askOverTcp });
    const finder = new HostFinder({
      dns: resolver,
      random: systemRandom,
      settings: () => this.#current(),
      own: () => ({ names: new Set(['us.example']), addresses: new Set() }),
    });
    const limits = () => ({ ...TIME_LIMITS, ...this.limits });
    this.deliverer = new HostDeliverer({
      ...common,
      pool,
      finder,
      settings: () => this.#current(),
      get limits() {
        return limits();
      },
    });
  }

  /** With one host, at 127.0.0.2, whose port all later ones have too. */
  static async open(options: RemoteHostOptions = {}): Promise<Deliveries> {
    const dns = await LabDns.open();
    const first = await LabHost.open({ host: '127.0.0.2', name: 'mx2.example', ...options });
    const deliveries = new Deliveries(dns, first);
    dns.zone('mx2.example', [{ type: 'A', data: '127.0.0.2' }]);
    dns.zone('d.example', [{ type: 'MX', data: '10 mx2.example' }]);
    return deliveries;
  }

  get first(): LabHost {
    const [first] = this.#hosts;
    if (first === undefined) throw new Error('there is no host');
    return first;
  }

  /** `mxN.example` at 127.0.0.N. */
  async host(number: number, options: RemoteHostOptions = {}): Promise<LabHost> {
    const name = `mx${number}.example`;
    const address = `127.0.0.${number}`;
    const host = await LabHost.open({ host: address, port: this.port, name, ...options });
    this.dns.zone(name, [{ type: 'A', data: address }]);
    this.#hosts.push(host);
    return host;
  }

  /** `mx('2 3', 'd.example')`: the hosts by number, the first preferred; `2=3` are equal. */
  mx(order: string, domain = 'd.example'): void {
    const records = order
      .split(' ')
      .flatMap((level, at) =>
        level
          .split('=')
          .map((number) => ({ type: 'MX', data: `${10 * (at + 1)} mx${number}.example` }) as const),
      );
    this.dns.zone(domain, records);
  }

  attempt(order: Order = {}): Promise<AttemptResult> {
    const { to = ['b@d.example'], text = 'Subject: x\r\n\r\nhello\r\n', destination = 'd.example' } = order;
    const bytes = Buffer.from(text);
    const whole: DeliveryOrder = {
      envelope: {
        message: '00000000-0000-1000-8000-000000000000' as TimeUuid,
        destination,
        sender: order.sender ?? 'a@us.example',
        acceptedAtMs: Date.now(),
        parameters: order.parameters ?? {},
      },
      recipients: to.map((one) => (typeof one === 'string' ? { address: one, parameters: {} } : one)),
      sizeBytes: order.sizeBytes ?? bytes.length,
      content: order.content ?? (() => Promise.resolve({ kind: 'small', bytes })),
      mayFinish: order.mayFinish ?? (() => true),
    };
    return this.deliverer.attempt(whole);
  }

  /** As `delivered 2.0.0 mx2.example`, one for each recipient. */
  async outcomes(order: Order = {}): Promise<readonly string[]> {
    const result = await this.attempt(order);
    return result.kind === 'attempted' ? result.outcomes.map(brief) : [result.kind];
  }

  async close(): Promise<void> {
    await this.pool.close();
    for (const host of this.#hosts) await host.close();
    await this.dns.close();
  }

  #current(): DeliverySettings {
    return {
      smarthost: undefined,
      routes: {},
      mxPort: this.port,
      allowLoopbackMx: true,
      ourName: 'us.example',
      keptIdleMs: 60_000,
      smarthostLogin: undefined,
      destination: () => ({ ...DESTINATION, ...this.destination }),
      ...this.settings,
    };
  }
}

function brief({ kind, status, host }: RecipientOutcome): string {
  return [kind, status, ...(host === undefined ? [] : [host])].join(' ');
}
