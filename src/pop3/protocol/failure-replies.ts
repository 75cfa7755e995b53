// What a client is told of a failure of ours (RFC 3206 section 4): whether it will pass by itself. What exactly failed is
// for the log. The compiler knows when a kind or a code is missing.
import type { Failure, FailureCode, FailureKind } from '../../base/failure.js';
import { err } from './replies.js';

const LATER = err('not possible now, try again later', 'SYS/TEMP');
const BROKEN = err('not possible until the administrator has seen to it', 'SYS/PERM');

const byKind: Record<FailureKind, string> = {
  input: BROKEN, // what we asked of the store was ours to ask rightly
  denied: BROKEN,
  conflict: LATER,
  temporary: LATER,
  permanent: BROKEN,
  overloaded: LATER,
  uncertain: LATER,
};

/** Where the code says more than its kind. */
const byCode: Partial<Record<FailureCode, string>> = {
  'body-missing': err('the message cannot be read now', 'SYS/TEMP'),
  'record-damaged': err('the message is damaged', 'SYS/PERM'),
};

export function failureReply(failure: Failure): string {
  return byCode[failure.code] ?? byKind[failure.kind];
}
