// Sessions that have delivered something and are kept for the next message to the same hosts. Kept for a short time, not
// too many in all, the one used last taken first, so that those which are not needed any more lapse.
import type { Cancel, Timers } from '../../base/clock.js';
import type { RemoteSession } from '../session/remote-session.js';

/** A session and what its owner has to remember of it. */
export interface OpenedSession {
  readonly session: Pick<
    RemoteSession,
    'isUsable' | 'transact' | 'quit' | 'cut' | 'whenOver' | 'capabilities' | 'security'
  >;
  /** The name of the host, for people. */
  readonly host: string;
  readonly address: string;
  messages: number;
}

interface Kept {
  readonly opened: OpenedSession;
  readonly cancel: Cancel;
}

/** A socket each, beside those in use. */
const MOST_KEPT = 1000;

export class SessionPool {
  readonly #timers: Timers;
  readonly #kept = new Map<string, Kept[]>();
  readonly #quitting = new Set<Promise<void>>();
  #count = 0;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  get size(): number {
    return this.#count;
  }

  take(key: string): OpenedSession | undefined {
    const stack = this.#kept.get(key);
    for (let kept = stack?.pop(); kept !== undefined; kept = stack?.pop()) {
      this.#leave(key, kept);
      if (kept.opened.session.isUsable) return kept.opened;
      kept.opened.session.cut();
    }
    return undefined;
  }

  keep(key: string, opened: OpenedSession, idleMs: number): void {
    if (idleMs === 0 || this.#count >= MOST_KEPT || !opened.session.isUsable) {
      this.release(opened);
      return;
    }
    const kept: Kept = { opened, cancel: this.#timers.after(idleMs, () => this.#drop(key, kept)) };
    opened.session.whenOver(() => this.#drop(key, kept));
    const stack = this.#kept.get(key);
    if (stack === undefined) this.#kept.set(key, [kept]);
    else stack.push(kept);
    this.#count += 1;
  }

  /** Says goodbye in the background. */
  release({ session }: OpenedSession): void {
    const quitting = session.quit().finally(() => this.#quitting.delete(quitting));
    this.#quitting.add(quitting);
  }

  /** All of them; resolves when each has said goodbye, or was given up. */
  async close(): Promise<void> {
    for (const [key, stack] of this.#kept) for (const kept of stack.toReversed()) this.#drop(key, kept);
    await Promise.all(this.#quitting);
  }

  #drop(key: string, kept: Kept): void {
    const stack = this.#kept.get(key);
    const at = stack?.indexOf(kept) ?? -1;
    if (at < 0) return;
    stack?.splice(at, 1);
    this.#leave(key, kept);
    this.release(kept.opened);
  }

  #leave(key: string, { opened, cancel }: Kept): void {
    cancel();
    opened.session.whenOver(() => undefined);
    this.#count -= 1;
    if (this.#kept.get(key)?.length === 0) this.#kept.delete(key);
  }
}
