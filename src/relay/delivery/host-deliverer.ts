// One attempt at one message: asks for sessions with the hosts of its destination until every recipient is settled or no
// host is left, and tells what became of each. What follows from what is the outcome policy's, the order of hosts is the
// search's; this is where they meet.
import { Budget } from '../../base/budget.js';
import type { Clock } from '../../base/clock.js';
import type { Metrics } from '../../base/metrics.js';
import type { AttemptResult, Deliverer, DeliveryOrder } from '../attempt.js';
import { verdictOnHosts, verdictOnTrouble } from '../outcome/outcome-policy.js';
import type { DeliverySettings } from './delivery-settings.js';
import { OpenRecipients } from './open-recipients.js';
import { OrderContent } from './order-content.js';
import { SessionUse } from './session-use.js';
import { poolKey, sessionsFor, type SessionSourceParts } from './session-source.js';

export interface HostDelivererParts extends SessionSourceParts {
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'count' | 'gauge'>;
  readonly settings: () => DeliverySettings;
}

/** For finding the hosts of a destination. */
const LOOK_MS = 60_000;
/** For reading a large message at the pace of a slow host; the time limits of a session end it much sooner mostly. */
const READING_MS = 4 * 60 * 60 * 1000;

export class HostDeliverer implements Deliverer {
  readonly #parts: HostDelivererParts;

  constructor(parts: HostDelivererParts) {
    this.#parts = parts;
  }

  async attempt(order: DeliveryOrder): Promise<AttemptResult> {
    const { clock, settings, pool, metrics } = this.#parts;
    const { destination, parameters } = order.envelope;
    const errand = {
      destination,
      settings: settings(),
      isRequireTls: 'REQUIRETLS' in parameters,
      spoken: new Set<string>(),
    };
    const recipients = new OpenRecipients(order.recipients);
    const content = new OrderContent(order, () => Budget.of(clock, READING_MS));
    const attempt = { order, errand, recipients, content };
    let isDestinationAlive = false;
    for await (const found of sessionsFor(errand, Budget.of(clock, LOOK_MS), this.#parts)) {
      if (found.kind === 'no-hosts') {
        const verdict = verdictOnHosts(found.trouble);
        recipients.learnAll(recipients.open, verdict, { host: undefined });
        isDestinationAlive ||= verdict.kind === 'failed'; // there is nobody to wait for: each message fails by itself
        continue;
      }
      if (found.kind === 'trouble') {
        recipients.learnAll(recipients.open, verdictOnTrouble(found.trouble), { host: found.host });
        continue;
      }
      const use = new SessionUse(found, attempt, this.#parts.log);
      const end = await use.run();
      if (end !== 'stale') errand.spoken.add(found.opened.address);
      if (end === 'usable') pool.keep(poolKey(errand), found.opened, errand.settings.keptIdleMs);
      else if (end === 'over') pool.release(found.opened);
      else found.opened.session.cut();
      isDestinationAlive ||= end !== 'stale';
      if (end === 'not-ours' && !recipients.isAnybodyServed) return { kind: 'not-ours' };
      if (recipients.open.length === 0) break;
    }
    metrics.gauge('cassmail_relay_sessions_kept', {}, pool.size);
    return { kind: 'attempted', outcomes: recipients.outcomes(), isDestinationAlive };
  }
}
