// The worker processes of a node, seen from the primary: starts them, replaces one that dies, tells all of them what
// changed, asks all of them for their figures, and ends them in an orderly way. Processes themselves are an argument.
import type { Cancel, Timers } from '../base/clock.js';
import { Failure } from '../base/failure.js';
import type { Log } from '../base/log.js';
import type { MetricsSnapshot } from '../base/metrics.js';
import type { TallyReply, TallyRequest } from '../accounts/tally-messages.js';
import { SETTLE_MS, WORKER_CLOSE_MS } from './stop-times.js';
import type { BeginMessage, FromWorker, ListeningAt, ToWorker } from './worker-messages.js';

/** One process, as the operating system and the message channel show it. */
export interface WorkerProcess {
  readonly pid: number;
  /** A message to a process that is gone is lost without a word: its exit is heard of anyway. */
  send(message: ToWorker): void;
  kill(): void;
  onMessage(hear: (message: FromWorker) => void): void;
  /** With the exit code or the name of the signal. */
  onExit(hear: (how: string) => void): void;
}

export interface WorkerPoolParts {
  readonly count: number;
  readonly fork: () => WorkerProcess;
  /** `serial` counts all processes ever started: no two share one. */
  readonly begin: (serial: number) => BeginMessage;
  /** One that had begun to serve has ended by itself, and holds nothing any more. */
  readonly onDeath: (serial: number) => void;
  readonly answerTally: (request: TallyRequest) => Promise<TallyReply>;
  readonly timers: Timers;
  readonly log: Log;
}

/** A worker that dies at once, again and again, must not keep the machine busy with dying. */
const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 30_000;
/** One that lived this long had started well: the next is started without delay. */
const LIVED_WELL_MS = 60_000;
/** A worker that does not say its figures by then is left out of the answer. */
const METRICS_PATIENCE_MS = 2000;
/** What a worker may take beyond its time to finish before it is killed. */
const KILL_AFTER_MS = SETTLE_MS + WORKER_CLOSE_MS;

interface Slot {
  process: WorkerProcess | undefined;
  isUp: boolean;
  deathsInRow: number;
  cancelRestart: Cancel | undefined;
  cancelLivedWell: Cancel | undefined;
  onGone: (() => void) | undefined;
}

export class WorkerPool {
  readonly #parts: WorkerPoolParts;
  readonly #slots: readonly Slot[];
  readonly #metricsWaiting = new Map<number, (snapshot: MetricsSnapshot) => void>();
  #serial = 0;
  #metricsRequest = 0;
  #isStopping = false;
  #isStarted = false;

  constructor(parts: WorkerPoolParts) {
    this.#parts = parts;
    this.#slots = Array.from({ length: parts.count }, () => ({
      process: undefined,
      isUp: false,
      deathsInRow: 0,
      cancelRestart: undefined,
      cancelLivedWell: undefined,
      onGone: undefined,
    }));
  }

  /** Resolves when all workers serve, with where they listen; fails with the first one's reason not to. */
  async start(): Promise<readonly ListeningAt[]> {
    const [first = []] = await Promise.all(this.#slots.map((slot) => this.#launch(slot)));
    this.#isStarted = true;
    return first;
  }

  get upCount(): number {
    return this.#slots.filter((slot) => slot.isUp).length;
  }

  get count(): number {
    return this.#slots.length;
  }

  tellAll(message: ToWorker): void {
    for (const { process } of this.#slots) process?.send(message);
  }

  /** The figures of all workers that answer in time. */
  async metrics(): Promise<readonly MetricsSnapshot[]> {
    const answers = this.#slots.map((slot) => this.#metricsOf(slot));
    return (await Promise.all(answers)).filter((snapshot) => snapshot !== undefined);
  }

  /** Gives every worker `ms` to finish what it has in hand; kills what is left. */
  async stop(ms: number): Promise<void> {
    this.#isStopping = true;
    await Promise.all(this.#slots.map((slot) => this.#stopSlot(slot, ms)));
  }

  #launch(slot: Slot): Promise<readonly ListeningAt[]> {
    const serial = ++this.#serial;
    const worker = this.#parts.fork();
    slot.process = worker;
    return new Promise((resolve, reject) => {
      worker.onMessage((message) => {
        if (message.kind === 'hears') worker.send(this.#parts.begin(serial));
        else if (message.kind === 'up') {
          this.#noteUp(slot, worker);
          resolve(message.listening);
        } else if (message.kind === 'failed') {
          if (this.#isStarted) this.#parts.log.write('worker.failed', { pid: worker.pid, ...message });
          reject(new Failure(message.code, message.says));
        } else this.#hear(worker, message);
      });
      worker.onExit((how) => {
        this.#noteGone(slot, worker, how);
        if (!this.#isStopping) this.#parts.onDeath(serial);
        reject(new Failure('worker-died', `worker process ${worker.pid} ended (${how}) before it served`));
      });
    });
  }

  #hear(
    worker: WorkerProcess,
    message: Extract<FromWorker, { kind: 'metrics' | 'tally' | 'login-proven' }>,
  ): void {
    if (message.kind === 'metrics') {
      this.#metricsWaiting.get(message.request)?.(message.snapshot);
      return;
    }
    if (message.kind === 'login-proven') {
      for (const { process } of this.#slots) if (process !== worker) process?.send(message);
      return;
    }
    void this.#parts.answerTally(message.request).then((reply) => worker.send({ kind: 'tally', reply }));
  }

  #noteUp(slot: Slot, worker: WorkerProcess): void {
    slot.isUp = true;
    if (this.#isStarted) this.#parts.log.write('worker.replaced', { pid: worker.pid });
    slot.cancelLivedWell = this.#parts.timers.after(LIVED_WELL_MS, () => {
      slot.deathsInRow = 0;
    });
  }

  #noteGone(slot: Slot, worker: WorkerProcess, how: string): void {
    slot.process = undefined;
    slot.isUp = false;
    slot.cancelLivedWell?.();
    slot.onGone?.();
    if (this.#isStopping || !this.#isStarted) return;
    const restartInMs = this.#planRestart(slot);
    this.#parts.log.write('worker.died', { pid: worker.pid, how, restartInMs });
  }

  /** Returns when that will be. */
  #planRestart(slot: Slot): number {
    const delayMs = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** slot.deathsInRow);
    slot.deathsInRow += 1;
    slot.cancelRestart = this.#parts.timers.after(delayMs, () => this.#restart(slot));
    return delayMs;
  }

  #restart(slot: Slot): void {
    try {
      this.#launch(slot).catch(() => undefined); // its exit is heard of, which plans the next try
    } catch (error) {
      // no process came of it, so that none will exit: no memory for one, say
      this.#parts.log.write('worker.not-started', { error, restartInMs: this.#planRestart(slot) });
    }
  }

  #metricsOf({ process, isUp }: Slot): Promise<MetricsSnapshot | undefined> {
    if (process === undefined || !isUp) return Promise.resolve(undefined);
    const request = ++this.#metricsRequest;
    return new Promise((resolve) => {
      const finish = (snapshot?: MetricsSnapshot): void => {
        cancel();
        this.#metricsWaiting.delete(request);
        resolve(snapshot);
      };
      const cancel = this.#parts.timers.after(METRICS_PATIENCE_MS, finish);
      this.#metricsWaiting.set(request, finish);
      process.send({ kind: 'metrics-wanted', request });
    });
  }

  #stopSlot(slot: Slot, ms: number): Promise<void> {
    slot.cancelRestart?.();
    const { process } = slot;
    if (process === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#parts.timers.after(ms + KILL_AFTER_MS, () => process.kill());
      slot.onGone = () => {
        cancel();
        resolve();
      };
      process.send({ kind: 'drain', ms });
    });
  }
}
