// SIGTERM and SIGINT as something that can be waited for, SIGHUP as something to be told of. The first asks the node to finish what is in hand; a second
// one ends the process at once, for whoever has lost patience.
import { LINGER_MS } from './stop-times.js';

const signals = ['SIGTERM', 'SIGINT'] as const;
const EXIT_CODE_WHEN_FORCED = 1;
const LONGEST_INTERVAL_MS = 2 ** 31 - 1;

export class StopSignal {
  readonly #controller = new AbortController();
  readonly #received: Promise<NodeJS.Signals>;
  #reload: () => void = () => undefined;
  /** A process with nothing but idle timers would end by itself. */
  readonly #stayAlive = setInterval(() => undefined, LONGEST_INTERVAL_MS);

  constructor() {
    process.on('SIGHUP', () => this.#reload());
    this.#received = new Promise((resolve) => {
      for (const signal of signals) {
        process.once(signal, () => {
          resolve(signal);
          this.#controller.abort();
          for (const again of signals) process.on(again, () => process.exit(EXIT_CODE_WHEN_FORCED));
        });
      }
    });
  }

  /** Aborted by the first signal: for waits that would not end by themselves. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** SIGHUP asks for the configuration to be read again; before the node is ready for that, it asks for nothing. */
  onReload(reload: () => void): void {
    this.#reload = reload;
  }

  received(): Promise<NodeJS.Signals> {
    return this.#received;
  }

  /** The process ends when it has nothing left to do, or soon: something that could not be ended may keep it alive. */
  release(): void {
    clearInterval(this.#stayAlive);
    setTimeout(() => process.exit(), LINGER_MS).unref();
  }
}
