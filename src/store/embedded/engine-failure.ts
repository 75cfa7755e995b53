// What an error of the engine means to those who use the store. Whatever is not listed is a bug and stays as it is.
//
// A commit on a full disk fails in two ways: nothing of it could be written (ENOSPC), or the beginning of it, which LMDB
// reports as EIO like a broken disk. The free space tells them apart.
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
  [ENOSPC, 'store-full'],
  [EDQUOT, 'store-full'],
  [EFBIG, 'store-full'],
  [MDB_MAP_FULL, 'store-full'],
  // Another change of the same transaction failed, which took this one with it.
  [MDB_BAD_TXN, 'store-unavailable'],
  [EIO, 'store-unavailable'],
  [EROFS, 'store-unavailable'],
  [MDB_PANIC, 'store-unavailable'],
  [MDB_PAGE_NOTFOUND, 'store-damaged'],
  [MDB_CORRUPTED, 'store-damaged'],
  [MDB_VERSION_MISMATCH, 'store-damaged'],
  [MDB_INVALID, 'store-damaged'],
] as const);

/** More than one commit ever writes. */
const FULL_BELOW_BYTES = 32 * 1024 * 1024;

export function failureOfEngine(error: unknown, statement: string, folder: string): unknown {
  const number = engineCode(error);
  const meaning = number === undefined ? undefined : meanings.get(number);
  if (meaning === undefined || !isError(error)) return error;
  const code = number === EIO && isAlmostFull(folder) ? 'store-full' : meaning;
  return new Failure(code, `${statement}: ${error.message}`, { cause: error });
}

function isAlmostFull(folder: string): boolean {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize < FULL_BELOW_BYTES;
}
