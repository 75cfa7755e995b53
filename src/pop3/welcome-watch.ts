// Whether the user of an open session may still be there: asked every half minute, so that one who was disabled or removed,
// or has a new password, does not go on reading for hours. Nearly all sessions are shorter, and cost nothing.
import type { AccountAtLogin, Welcome } from '../accounts/login-check.js';
import { Budget } from '../base/budget.js';
import type { Cancel, Clock, Timers } from '../base/clock.js';
import { failureOf } from '../base/failure.js';

export interface WelcomeWatchOptions {
  readonly welcome: Welcome;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Called once at most. */
  readonly onUnwelcome: () => void;
}

const EVERY_MS = 30_000;
const ASK_MS = 10_000;

export class WelcomeWatch {
  readonly #options: WelcomeWatchOptions;
  #cancel: Cancel = () => undefined;
  #isStopped = false;

  constructor(options: WelcomeWatchOptions) {
    this.#options = options;
  }

  start(account: AccountAtLogin): void {
    if (this.#isStopped) return;
    this.#cancel = this.#options.timers.after(EVERY_MS, () => void this.#look(account));
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  async #look(account: AccountAtLogin): Promise<void> {
    const { welcome, clock, onUnwelcome } = this.#options;
    const budget = Budget.of(clock, ASK_MS);
    const isWelcome = await welcome.isWelcome(account.login, budget, account).catch((error: unknown) => {
      failureOf(error);
      return true; // a store that is away is no reason; the next look tells
    });
    if (isWelcome) this.start(account);
    else if (!this.#isStopped) onUnwelcome();
  }
}
