// A process as it can be written down: its id and when it started, so that an id which the system has given to another
// process meanwhile is never signalled. Linux tells both in /proc; elsewhere `ps` does.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

export interface ProcessMark {
  readonly pid: number;
  /** In the system's own notation; only compared. */
  readonly startedAt: string;
}

export type ProcessState = 'running' | 'paused' | 'gone';

export const processWords = {
  running: 'running',
  paused: 'paused',
  gone: 'down',
} as const satisfies Record<ProcessState, string>;

export interface ProcessFacts {
  readonly startedAt: string;
  readonly state: ProcessState;
}

/** Undefined where there is no such process (any more). */
export function markOf(pid: number): ProcessMark | undefined {
  const facts = factsOf(pid);
  return facts === undefined || facts.state === 'gone' ? undefined : { pid, startedAt: facts.startedAt };
}

export function stateOf(mark: ProcessMark | undefined): ProcessState {
  if (mark === undefined) return 'gone';
  const facts = factsOf(mark.pid);
  return facts?.startedAt === mark.startedAt ? facts.state : 'gone';
}

/** False where the process is gone. */
export function signalProcess(mark: ProcessMark | undefined, signal: NodeJS.Signals): boolean {
  if (mark === undefined || stateOf(mark) === 'gone') return false;
  try {
    return process.kill(mark.pid, signal);
  } catch (error) {
    if (stateOf(mark) === 'gone') return false;
    throw error;
  }
}

/** /proc/PID/stat: the name, in parentheses, may hold anything; then the state and, 19 fields on, the start. */
export function parseProcStat(text: string): ProcessFacts | undefined {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [letter, startedAt] = [fields[0], fields[19]];
  return letter === undefined || startedAt === undefined
    ? undefined
    : { startedAt, state: stateOfLetter(letter) };
}

/** `ps -o lstart=,stat=`: `Sat Nov 21 09:06:41 2026     Ss`. */
export function parsePs(text: string): ProcessFacts | undefined {
  const match = /^\s*(\S.*\d)\s+([A-Za-z]\S*)\s*$/.exec(text);
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  return { startedAt: match[1], state: stateOfLetter(match[2]) };
}

/** A zombie has ended; only its parent has not asked how. */
function stateOfLetter(letter: string): ProcessState {
  if (letter.startsWith('T') || letter.startsWith('t')) return 'paused';
  return letter.startsWith('Z') || letter.startsWith('X') ? 'gone' : 'running';
}

function factsOf(pid: number): ProcessFacts | undefined {
  return existsSync('/proc/self/stat') ? factsInProc(pid) : factsByPs(pid);
}

function factsInProc(pid: number): ProcessFacts | undefined {
  try {
    return parseProcStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return undefined; // no such process, or it ended while it was read
  }
}

function factsByPs(pid: number): ProcessFacts | undefined {
  try {
    const words = ['-o', 'lstart=,stat=', '-p', String(pid)];
    return parsePs(execFileSync('ps', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  } catch {
    return undefined; // ps fails where there is no such process
  }
}
