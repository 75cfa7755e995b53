// Postal: 20 threads that send random messages to random users over connections of one to three messages, until told to
// stop. On SIGINT its threads finish the message in hand; what was acknowledged it prints only when the minute of the
// wall clock is over, so that count comes later than the end of the load and is a promise of its own.
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathOf } from '../peers/programs.js';
import { postalTotals, type PostalTotals } from './postal-report.js';

const THREADS = 20;
const MESSAGES_PER_CONNECTION = 3;
/** Postal's own bound on its pace, out of the way. */
const MESSAGES_PER_MINUTE = 1_000_000;
const LOOK_MS = 10;
const FINISH_MS = 60_000;
const MINUTE_MS = 60_000;
const PRINTED_AFTER_MS = 1500;

export interface PostalLoad {
  readonly smallestKb: number;
  readonly largestKb: number;
  readonly seconds: number;
  readonly users: readonly string[];
  /** Where the list of users may be written; what Postal prints goes beside it. */
  readonly userFile: string;
}

/** Resolves when the last connection is closed; await `totals` after everything else: it takes up to a minute. */
export async function sendWithPostal(
  port: number,
  load: PostalLoad,
): Promise<{ readonly totals: Promise<PostalTotals> }> {
  writeFileSync(load.userFile, load.users.map((user) => `${user}\n`).join(''));
  const printed = `${load.userFile}.${Date.now()}.out`;
  const output = openSync(printed, 'a');
  const child = spawn(pathOf('postal'), postalWords(port, load), {
    stdio: ['ignore', output, output],
    cwd: dirname(load.userFile), // where it leaves a log of its own
  });
  closeSync(output);
  const killed = (): void => void child.kill('SIGKILL');
  process.once('exit', killed);
  await pause(load.seconds * 1000);
  child.kill('SIGINT');
  await untilSilent(child);
  const totals = pause(msToNextMinute(Date.now()) + PRINTED_AFTER_MS).then(() => {
    process.off('exit', killed);
    killed();
    return postalTotals(readFileSync(printed, 'utf8'));
  });
  return { totals };
}

function postalWords(port: number, { smallestKb, largestKb, userFile }: PostalLoad): string[] {
  return [
    `-t${THREADS}`,
    `-c${MESSAGES_PER_CONNECTION}`,
    `-r${MESSAGES_PER_MINUTE}`,
    `-M${smallestKb}`,
    `-m${largestKb}`,
    `[127.0.0.1]${port}`,
    userFile,
  ];
}

function msToNextMinute(nowMs: number): number {
  return MINUTE_MS - (nowMs % MINUTE_MS);
}

/** Its idle threads live on, so the sockets tell whether a message is still on its way. */
async function untilSilent(child: ChildProcess): Promise<void> {
  const deadline = performance.now() + FINISH_MS;
  while (socketsOf(child.pid ?? 0) > 0) {
    if (performance.now() > deadline) throw new Error('postal does not end its connections');
    await pause(LOOK_MS);
  }
}

function socketsOf(pid: number): number {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).filter((name) => isSocket(`${folder}/${name}`)).length;
}

/** A descriptor may be closed between being listed and being looked at. */
function isSocket(path: string): boolean {
  try {
    return readlinkSync(path).startsWith('socket:');
  } catch {
    return false;
  }
}
