// Runs a program to its end, in bounded time, and keeps the tail of what it says.
import { spawn } from 'node:child_process';
import type { Environment } from '../../../base/surroundings.js';
import { Failure } from '../../../base/failure.js';

export interface CommandRun {
  readonly program: string;
  readonly words: readonly string[];
  readonly environment: Environment;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface CommandResult {
  /** -1 where a signal ended it: its time was up, or it was no longer wanted. */
  readonly exitCode: number;
  /** Standard output and standard error, as they came. */
  readonly output: string;
}

const KEPT_CHARACTERS = 64 * 1024;

export async function runCommand(run: CommandRun): Promise<CommandResult> {
  const { program, words, environment, timeoutMs, signal } = run;
  return new Promise((resolve, reject) => {
    let output = '';
    const child = spawn(program, words, {
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      ...(signal === undefined ? {} : { signal }),
    });
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-KEPT_CHARACTERS);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', (cause) => {
      const detail = signal?.aborted === true ? 'interrupted' : `${program} did not run: ${cause.message}`;
      reject(new Failure('lab-ring-failed', detail, { cause }));
    });
    child.once('close', (code) => resolve({ exitCode: code ?? -1, output }));
  });
}
