// How much one user may submit in an hour, on this node: bounds what a stolen password does before somebody notices.
import { BoundedLog } from '../base/bounded-log.js';
import type { Clock } from '../base/clock.js';
import type { Log } from '../base/log.js';
import type { Login } from '../mail/login.js';
import type { Tallies } from './tallies.js';

const HOUR_MS = 60 * 60 * 1000;
/** A program that has a stolen password tries on and on. */
const LOG_BOUND = { lines: 10, perMs: 60_000 };

export interface AllowanceSettings {
  /** `Infinity`: no limit. */
  readonly messagesPerHour: number;
  readonly recipientsPerHour: number;
}

export interface HourlyAllowanceParts {
  readonly tallies: Tallies;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: () => AllowanceSettings;
}

export class HourlyAllowance {
  readonly #parts: HourlyAllowanceParts;
  readonly #log: Log;

  constructor(parts: HourlyAllowanceParts) {
    this.#parts = parts;
    this.#log = new BoundedLog(parts.log, parts.clock, LOG_BOUND);
  }

  /**
   * Takes a message to so many recipients. False: no more for now, and nothing was taken. Of two at the same moment both
   * may be refused where one would have fitted; never are both taken where one fits.
   */
  async take(login: Login, recipients: number): Promise<boolean> {
    const limits = this.#parts.settings();
    const sums = await this.#add(login, { messages: 1, recipients });
    const of =
      (sums.messages > limits.messagesPerHour && 'messages') ||
      (sums.recipients > limits.recipientsPerHour && 'recipients');
    if (of === false) return true;
    await this.#add(login, { messages: -1, recipients: -recipients });
    this.#log.write('submission.allowance-exceeded', { user: login, of });
    return false;
  }

  async #add(login: Login, by: Counts): Promise<Counts> {
    const [messages, recipients] = await Promise.all([
      this.#parts.tallies.add(`submitted:messages:${login}`, by.messages, HOUR_MS),
      this.#parts.tallies.add(`submitted:recipients:${login}`, by.recipients, HOUR_MS),
    ]);
    return { messages, recipients };
  }
}

interface Counts {
  readonly messages: number;
  readonly recipients: number;
}
