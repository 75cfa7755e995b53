// What an error of the engine means to those who use the store. Whatever is not listed is a bug and stays as it is.
//
// A commit on a full disk fails in two ways: nothing of it could be written (ENOSPC), or the beginning of it, which LMDB
// reports as EIO like a broken disk. The free space tells them apart. Of a disk that is broken (or a quota that was met
// half way) nobody knows whether the last page of the commit, which makes it count, reached it.
import { statfsSync } from 'node:fs';
import { constants } from 'node:os';
import { Failure, type FailureCode } from '../../base/failure.js';
import { isError } from '../../base/is-error.js';
import { engineCode } from './engine.js';

const { ENOSPC, EDQUOT, EFBIG, EIO, EROFS } = constants.errno;
const MDB_PAGE_NOTFOUND = -30797;
const MDB_CORRUPTED = -30796;
const MDB_PANIC = -30795;
const MDB_VERSION_MISMATCH = -30794;
const MDB_INVALID = -30793;
const MDB_MAP_FULL = -30792;
const MDB_BAD_TXN = -30782;

const meanings: ReadonlyMap<number, FailureCode> = new Map([
  [MDB_MAP_FULL, 'store-full'],
  // Another change of the same transaction failed, which took this one with it.
  [MDB_BAD_TXN, 'store-unavailable'],
  [EROFS, 'store-unavailable'],
  [MDB_PANIC, 'store-unavailable'],
  [MDB_PAGE_NOTFOUND, 'store-damaged'],
  [MDB_CORRUPTED, 'store-damaged'],
  [MDB_VERSION_MISMATCH, 'store-damaged'],
  [MDB_INVALID, 'store-damaged'],
] as const);

/** Node's own calls name the errors that the engine numbers. */
const outOfRoom: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', ENOSPC, EDQUOT, EFBIG]);

/** More than one commit ever writes. */
const FULL_BELOW_BYTES = 32 * 1024 * 1024;

/** Of an opening or a reading, which changes nothing. */
export function failureOfEngine(error: unknown, statement: string, folder: string): unknown {
  return translated(error, { statement, folder, brokenDisk: 'store-unavailable' });
}

export function failureOfCommit(error: unknown, statement: string, folder: string): unknown {
  return translated(error, { statement, folder, brokenDisk: 'store-write-uncertain' });
}

export function isOutOfRoom(error: Error): boolean {
  return 'code' in error && outOfRoom.has(error.code);
}

interface Circumstances {
  readonly statement: string;
  readonly folder: string;
  readonly brokenDisk: FailureCode;
}

function translated(error: unknown, circumstances: Circumstances): unknown {
  if (!isError(error)) return error;
  const code = meaningOf(error, circumstances);
  if (code === undefined) return error;
  return new Failure(code, `${circumstances.statement}: ${error.message}`, { cause: error });
}

function meaningOf(error: Error, { folder, brokenDisk }: Circumstances): FailureCode | undefined {
  if (isOutOfRoom(error)) return 'store-full';
  const number = engineCode(error);
  if (number === EIO) return isAlmostFull(folder) ? 'store-full' : brokenDisk;
  return number === undefined ? undefined : meanings.get(number);
}

function isAlmostFull(folder: string): boolean {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize < FULL_BELOW_BYTES;
}
