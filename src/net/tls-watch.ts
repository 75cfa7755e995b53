// Looks every few seconds whether a certificate or key has become another file, and has it read again. A pair is replaced
// in two steps, so a change counts when the next look finds the files as the one before did. Once a day certificates that
// end soon are spoken of.
import { stat } from 'node:fs/promises';
import type { Cancel, Clock, Timers } from '../base/clock.js';
import { isError } from '../base/is-error.js';
import type { TlsKeys } from './tls-keys.js';

export interface TlsWatchParts {
  readonly keys: Pick<TlsKeys, 'files' | 'reload' | 'warnOfExpiry'>;
  readonly clock: Clock;
  readonly timers: Timers;
}

const LOOK_EVERY_MS = 5_000;
const DAY_MS = 24 * 60 * 60 * 1000;

export class TlsWatch {
  readonly #parts: TlsWatchParts;
  #cancel: Cancel = () => undefined;
  #isOver = false;
  /** As the files were when they were last read, and at the last look. */
  #read: string | undefined;
  #seen: string | undefined;
  #warnedAtMs: number;

  constructor(parts: TlsWatchParts) {
    this.#parts = parts;
    this.#warnedAtMs = parts.clock.monotonicMs();
  }

  /** From now on; what the keys show was read just before. */
  async start(): Promise<void> {
    this.#read = await this.#look();
    this.#seen = this.#read;
    this.#schedule();
  }

  stop(): void {
    this.#isOver = true;
    this.#cancel();
  }

  #schedule(): void {
    if (this.#isOver) return;
    this.#cancel = this.#parts.timers.after(LOOK_EVERY_MS, () => void this.#tick());
  }

  async #tick(): Promise<void> {
    const { keys, clock } = this.#parts;
    const found = await this.#look();
    if (found !== this.#read && found === this.#seen) {
      this.#read = found; // before they are read: what changes meanwhile is found at the next look
      await keys.reload();
    }
    this.#seen = found;
    if (clock.monotonicMs() - this.#warnedAtMs >= DAY_MS) {
      this.#warnedAtMs = clock.monotonicMs();
      keys.warnOfExpiry();
    }
    this.#schedule();
  }

  async #look(): Promise<string> {
    const states = await Promise.all(this.#parts.keys.files().map(fileState));
    return states.join('\n');
  }
}

async function fileState(file: string): Promise<string> {
  try {
    const { ino, size, mtimeMs, ctimeMs } = await stat(file);
    return [file, ino, size, mtimeMs, ctimeMs].join(' ');
  } catch (error) {
    if (!isError(error)) throw error;
    return `${file} ${error.message}`;
  }
}
