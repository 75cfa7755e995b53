// A server that is measured: a child process that does not outlive the bench, whatever ends it.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const START_MS = 60_000;
const STOP_MS = 15_000;
const LOOK_MS = 50;
const SHOWN_OUTPUT = 4000;

const running = new Set<ChildProcess>();

process.on('exit', () => running.forEach((child) => child.kill('SIGTERM')));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  readonly #outputFile: string;

  /** What it prints goes to a file: a pipe would have to be read while the server is measured. */
  constructor(program: string, words: readonly string[], outputFile: string) {
    const output = openSync(outputFile, 'a');
    this.#child = spawn(program, words, { stdio: ['ignore', output, output] });
    closeSync(output);
    this.#outputFile = outputFile;
    running.add(this.#child);
    this.#ended = once(this.#child, 'close').finally(() => running.delete(this.#child));
    this.#ended.catch(() => undefined); // not started at all: `answers` says so
  }

  /** Resolves when the server sends its greeting on this port of 127.0.0.1. */
  async answers(port: number): Promise<void> {
    const deadline = performance.now() + START_MS;
    while (!(await greets(port))) {
      if (!running.has(this.#child) || performance.now() > deadline) {
        const output = readFileSync(this.#outputFile, 'utf8').slice(-SHOWN_OUTPUT);
        throw new Error(`${this.#child.spawnfile} does not answer on port ${port}:\n${output}`);
      }
      await pause(LOOK_MS);
    }
  }

  async stop(): Promise<void> {
    if (!running.has(this.#child)) return;
    this.#child.kill('SIGTERM');
    const late = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS);
    await this.#ended;
    clearTimeout(late);
  }
}

function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const settle = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(START_MS, () => settle(false));
    socket.once('data', () => settle(true));
    socket.once('error', () => settle(false));
    socket.once('close', () => settle(false));
  });
}
