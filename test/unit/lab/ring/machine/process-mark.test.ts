import { describe, expect, it } from '@jest/globals';
import {
  markOf,
  parseProcStat,
  parsePs,
  signalProcess,
  stateOf,
} from '../../../../../src/lab/ring/machine/process-mark.js';

const STAT =
  '7318 (a (strange) name) S 1 7318 7318 0 -1 4194560 42752 0 0 0 91 297 0 0 20 0 24 0 212326 52092928 4802';

describe('what the system tells of a process', () => {
  it('is read from /proc, whatever the process calls itself', () => {
    expect(parseProcStat(STAT)).toEqual({ startedAt: '212326', state: 'running' });
  });

  it('tells a stopped one and one that only waits to be asked how it ended', () => {
    expect(parseProcStat(STAT.replace(') S', ') T'))?.state).toBe('paused');
    expect(parseProcStat(STAT.replace(') S', ') Z'))?.state).toBe('gone');
  });

  it('is read from ps where there is no /proc', () => {
    expect(parsePs('Sat Nov 21 09:06:41 2026     Ss\n')).toEqual({
      startedAt: 'Sat Nov 21 09:06:41 2026',
      state: 'running',
    });
    expect(parsePs('Sat Nov  1 09:06:41 2026     T+\n')?.state).toBe('paused');
    expect(parsePs('')).toBeUndefined();
  });
});

describe('a mark of a process', () => {
  it('finds this one running', () => {
    expect(stateOf(markOf(process.pid))).toBe('running');
  });

  it('does not take for it another process that was given its id', () => {
    const before = { pid: process.pid, startedAt: 'another time' };
    expect(stateOf(before)).toBe('gone');
    expect(signalProcess(before, 'SIGKILL')).toBe(false);
  });
});
