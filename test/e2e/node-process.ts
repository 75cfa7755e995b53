// A node as an operator starts it: a process, its log lines as they come, and a signal to end it.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { projectRoot } from '../project-root.js';

const LAUNCHER = join(projectRoot, 'bin/cassmail.js');
const PATIENCE_MS = 60_000;
/** Tests run side by side: the machine chooses the ports. */
const ANYWHERE = '127.0.0.1:0';
const SETTINGS = [
  'log.format=json',
  `smtp.listen=["${ANYWHERE}"]`,
  `submission.listen=["${ANYWHERE}"]`,
  `submission.implicitTls=["${ANYWHERE}"]`,
  `pop3.listen=["${ANYWHERE}"]`,
  `pop3.implicitTls=["${ANYWHERE}"]`,
  `admin.listen=${ANYWHERE}`,
];

export type LogLine = Readonly<Record<string, unknown>>;

export interface Runtime {
  /** What runs it, where that is not the Node of the test. */
  readonly execPath?: string;
  /** On top of the test's own. */
  readonly environment?: Readonly<Record<string, string>>;
}

export class NodeProcess {
  /** What it logged. */
  readonly lines: LogLine[] = [];
  /** What it printed, line by line. */
  readonly printed: string[] = [];
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  /** Those who wait for a line. */
  readonly #waiting = new Set<() => void>();

  constructor(words: readonly string[], { execPath = process.execPath, environment = {} }: Runtime = {}) {
    this.#child = spawn(
      execPath,
      [LAUNCHER, 'start', ...SETTINGS.flatMap((setting) => ['--set', setting]), ...words],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, ...environment },
      },
    );
    this.#ended = once(this.#child, 'close').then(() => this.#look());
    const { stdout, stderr } = this.#child;
    if (stdout === null || stderr === null) throw new TypeError('both are pipes');
    createInterface({ input: stdout }).on('line', (line) => this.printed.push(line));
    createInterface({ input: stderr }).on('line', (line) => {
      this.lines.push(asLogLine(line));
      this.#look();
    });
  }

  /** The first line of this event, those that have come already included. */
  async line(event: string): Promise<LogLine> {
    const deadline = AbortSignal.timeout(PATIENCE_MS);
    for (;;) {
      const found = this.lines.find((line) => line['event'] === event);
      if (found !== undefined) return found;
      if (deadline.aborted || this.#hasEnded()) {
        throw new Error(`no line ${event} came; these did: ${JSON.stringify(this.lines)}`);
      }
      await this.#more(deadline);
    }
  }

  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error('the node was not started');
    return pid;
  }

  /** Those that live now. */
  get workerPids(): readonly number[] {
    const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(this.pid)], { encoding: 'utf8' });
    return stdout.split('\n').flatMap((line) => (line.trim() === '' ? [] : [Number(line)]));
  }

  countOf(event: string): number {
    return this.lines.filter((line) => line['event'] === event).length;
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.#child.kill(signal);
    return this.exitCode();
  }

  async exitCode(): Promise<number | null> {
    await this.#ended;
    return this.#child.exitCode;
  }

  /** Resolves when another line has come, when the process has ended, or when it is too late. */
  #more(deadline: AbortSignal): Promise<void> {
    return new Promise<void>((resolve) => {
      const look = (): void => {
        this.#waiting.delete(look);
        deadline.removeEventListener('abort', look);
        resolve();
      };
      this.#waiting.add(look);
      deadline.addEventListener('abort', look);
    });
  }

  #look(): void {
    for (const look of this.#waiting) look();
  }

  #hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }
}

/** What is not a log line (a stack trace, say) is kept too, so that a test shows it. */
function asLogLine(line: string): LogLine {
  try {
    const record: unknown = JSON.parse(line);
    return typeof record === 'object' && record !== null ? { ...record } : { text: line };
  } catch {
    return { text: line };
  }
}
