// The folder and its files before the engine sees them: there, ours to write, and closed to everybody else. The engine
// would make its files readable for all that the umask allows, so they are made here, which it takes as new: the data
// file empty, and the lock file as long as it is going to be, since the engine maps that one into memory for writing. It
// would stretch it without taking the room on the disk, and where there is none the first reader dies of it (SIGBUS).
import { accessSync, appendFileSync, chmodSync, closeSync, constants, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../base/failure.js';
import { isError } from '../../base/is-error.js';
import { MOST_READERS } from './engine.js';
import { isOutOfRoom } from './engine-failure.js';
import { makeFolder } from '../../base/make-folder.js';

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
const LOCK_FILE = 'lock.mdb';
/** A cache line for each reader (MDB_reader of lmdb 3.5.6), and a page for what stands before them. */
const LOCK_BYTES = MOST_READERS * 64 + 4096;

export function dataFile(folder: string): string {
  return join(folder, 'data.mdb');
}

export function prepareFolder(folder: string): void {
  try {
    makeFolder(folder, FOLDER_MODE);
    if (!statSync(folder).isDirectory()) throw new Error('it is not a folder');
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    const lockFile = join(folder, LOCK_FILE);
    for (const file of [dataFile(folder), lockFile]) makePrivate(file);
    takeRoom(lockFile);
  } catch (error) {
    if (!isError(error)) throw error;
    const code = isOutOfRoom(error) ? 'store-full' : 'store-unusable';
    throw new Failure(code, `the data folder ${folder} cannot be used: ${error.message}`, {
      cause: error,
    });
  }
}

function makePrivate(file: string): void {
  closeSync(openSync(file, constants.O_RDWR | constants.O_CREAT, FILE_MODE));
  chmodSync(file, FILE_MODE);
}

/** Appends only: another process may have the file mapped by now, and to have some more of it does no harm. */
function takeRoom(file: string): void {
  const missingBytes = LOCK_BYTES - statSync(file).size;
  if (missingBytes > 0) appendFileSync(file, Buffer.alloc(missingBytes));
}
