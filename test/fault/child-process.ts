// A child of a test: what it tells is kept, what is awaited of it comes in bounded time, and it never outlives the test.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

const PATIENCE_MS = 30_000;

export class Child {
  readonly #process: ChildProcess;
  readonly told: Readonly<Record<string, unknown>>[] = [];
  #wake = (): void => undefined;

  constructor(module: URL, args: readonly string[], execPath = process.execPath) {
    this.#process = fork(module, args, {
      execPath,
      execArgv: [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.#process.on('message', (message) => {
      if (typeof message === 'object' && message !== null) this.told.push({ ...message });
      this.#wake();
    });
    this.#process.on('exit', () => this.#wake());
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** All that it told under this name. */
  values(name: string): readonly unknown[] {
    return this.told.filter((message) => name in message).map((message) => message[name]);
  }

  /** Resolves when it has told this at least so often. */
  async until(name: string, count = 1): Promise<void> {
    const endsAtMs = performance.now() + PATIENCE_MS;
    while (this.values(name).length < count) {
      const hasEnded = this.#process.exitCode !== null || this.#process.signalCode !== null;
      if (hasEnded || performance.now() > endsAtMs) throw new Error(`the child never told "${name}"`);
      await this.#nextNews(endsAtMs - performance.now());
    }
  }

  tell(message: string): void {
    this.#process.send(message);
  }

  /** Resolves when it has ended by itself. */
  async ended(): Promise<void> {
    const endsAtMs = performance.now() + PATIENCE_MS;
    while (this.#process.exitCode === null && this.#process.signalCode === null) {
      if (performance.now() > endsAtMs) throw new Error('the child never ended');
      await this.#nextNews(endsAtMs - performance.now());
    }
  }

  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exited;
  }

  #nextNews(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

export function embeddedChild(task: string, folder: string, argument = '', execPath?: string): Child {
  return new Child(new URL('./embedded-child.js', import.meta.url), [task, folder, argument], execPath);
}
