// A program run to its end, without a terminal and with a bound on its time: what it said, and that it ended well.
import { spawn } from 'node:child_process';
import { projectRoot } from '../project-root.js';

const PATIENCE_MS = 60_000;

export interface ProgramRun {
  /** On its standard input. */
  readonly input?: string | Uint8Array;
  readonly environment?: NodeJS.ProcessEnv;
  readonly currentFolder?: string;
  readonly patienceMs?: number;
}

/** Standard output; throws with all that was said unless it ends with 0. */
export async function run(
  program: string,
  words: readonly string[],
  { input = '', environment = {}, currentFolder = projectRoot, patienceMs = PATIENCE_MS }: ProgramRun = {},
): Promise<Buffer> {
  const child = spawn(program, words, {
    cwd: currentFolder,
    env: { ...process.env, ...environment },
    detached: true, // without the terminal that a password might be asked on
  });
  const said: Buffer[] = [];
  const complaints: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk));
  child.stdin.on('error', () => undefined); // it need not read all of it
  child.stdin.end(input);
  const tooLong = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  const ending = await new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode, signal) => resolve(String(exitCode ?? signal)));
  }).finally(() => clearTimeout(tooLong));
  const output = Buffer.concat(said);
  if (ending === '0') return output;
  const everything = `${output.toString()}${Buffer.concat(complaints).toString()}`;
  throw new Error(`${[program, ...words].join(' ')}\nended with ${ending}: ${everything.slice(-4000)}`);
}
