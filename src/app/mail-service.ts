// Everything a worker serves: SMTP, submission and POP3 on their ports, wired to one store. Parts get what they need and
// nothing more; settings are functions, so that a change of the configuration takes effect with the next connection.
import { Budget } from '../base/budget.js';
import type { Clock } from '../base/clock.js';
import type { LoginProof } from '../accounts/proven-logins.js';
import type { Config } from '../config/definition.js';
import { openListener, type Listener } from '../net/listener.js';
import { Reception } from '../net/reception.js';
import { TlsKeys } from '../net/tls-keys.js';
import { TlsWatch } from '../net/tls-watch.js';
import { noRelay } from '../queue/no-relay.js';
import { doorways, type Doorway } from './doorways.js';
import { Gateway, relayQueue } from './gateway.js';
import { mailParts, type MailParts } from './mail-parts.js';
import { receptionSettings, settingsOf, tlsSettings } from './mail-settings.js';
import { ownCertificate } from './own-certificate.js';
import { HAND_OVER_MS, SETTLE_MS } from './stop-times.js';
import type { ListeningAt } from './worker-messages.js';
import type { WorkerParts } from './worker-parts.js';

interface Opened {
  readonly clock: Clock;
  readonly live: { config: Config };
  readonly mail: MailParts;
  readonly keys: TlsKeys;
  readonly watch: TlsWatch;
  readonly doors: readonly Doorway[];
  /** Where that is among the roles. */
  readonly gateway: Gateway | undefined;
}

export class MailService {
  readonly #opened: Opened;
  readonly #listeners: Listener[] = [];
  readonly #listening: ListeningAt[] = [];

  private constructor(opened: Opened) {
    this.#opened = opened;
  }

  /** Fails with *tls-unusable* or *listen-failed*. */
  static async open(config: Config, parts: WorkerParts): Promise<MailService> {
    const live = { config };
    const own = await ownCertificate(config, parts);
    const keys = await TlsKeys.open({ ...parts, settings: () => tlsSettings(live.config, own) });
    const watch = new TlsWatch({ ...parts, keys });
    await watch.start();
    const queue = config.roles.includes('gateway') ? relayQueue(config, parts) : undefined;
    const relay = queue ?? noRelay;
    const mail = mailParts(() => live.config, { ...parts, relay });
    const gateway = queue && new Gateway(() => live.config, { ...parts, ...mail, queue });
    const doors = doorways(() => live.config, { ...parts, ...mail, keys, relay });
    const service = new MailService({ clock: parts.clock, live, mail, keys, watch, doors, gateway });
    await service.#listen(
      new Reception({ ...parts, tls: keys, settings: settingsOf(() => live.config, receptionSettings) }),
    );
    gateway?.start();
    return service;
  }

  get listening(): readonly ListeningAt[] {
    return this.#listening;
  }

  /** What another worker has proven. */
  learn(proof: LoginProof): void {
    this.#opened.mail.loginCheck.learn(proof);
  }

  apply(config: Config): void {
    this.#opened.live.config = config;
    void this.#opened.keys.reload();
    this.#opened.gateway?.apply();
  }

  /** Takes nobody in any more and lets those who are there finish, for `ms` at most; what they were refused is then taken back. */
  async close(ms: number): Promise<void> {
    const { clock, doors, mail, watch, gateway } = this.#opened;
    const budget = Budget.of(clock, ms);
    watch.stop();
    for (const listener of this.#listeners) listener.stop();
    const handlers = new Set(doors.map(({ handler }) => handler));
    await Promise.all([...[...handlers].map((handler) => handler.drain(ms)), gateway?.endDeliveries(ms)]);
    await mail.intake.settle(Math.max(SETTLE_MS - HAND_OVER_MS, budget.remainingMs() - HAND_OVER_MS));
    await gateway?.handOver(HAND_OVER_MS);
  }

  async #listen(reception: Reception): Promise<void> {
    for (const { key, addresses, ...door } of this.#opened.doors) {
      for (const address of addresses) {
        const listener = await openListener({ ...door, address }, reception);
        this.#listeners.push(listener);
        this.#listening.push({ key, ...listener.address });
      }
    }
  }
}
