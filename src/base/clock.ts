// Time as an argument. Product code asks a Clock what time it is and Timers to wait; tests and the simulator bring
// their own. Only this file and `app` touch the real ones.

export interface Clock {
  /** Milliseconds since 1970, as the machine believes; may jump. */
  wallMs(): number;
  /** Milliseconds since some moment; never goes back. */
  monotonicMs(): number;
}

export interface Timers {
  /** Resolves after `ms`; at once when `signal` is aborted, now or later. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `action` once after `ms` unless cancelled; does not keep the process alive. */
  after(ms: number, action: () => void): Cancel;
}

export type Cancel = () => void;

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};

export const systemTimers: Timers = {
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) {
        resolve();
        return;
      }
      const finish = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', finish);
        resolve();
      };
      const timer = setTimeout(finish, ms);
      signal?.addEventListener('abort', finish);
    }),
  after: (ms, action) => {
    const timer = setTimeout(action, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
