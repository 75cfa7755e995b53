// The folder and its files before the engine sees them: there, ours to write, and closed to everybody else. The engine
// would make its files readable for all that the umask allows, so they are made here, empty, which it takes as new.
import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure } from '../../base/failure.js';
import { isError } from '../../base/is-error.js';

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
const LOCK_FILE = 'lock.mdb';

export function dataFile(folder: string): string {
  return join(folder, 'data.mdb');
}

export function prepareFolder(folder: string): void {
  try {
    makeFolder(folder);
    if (!statSync(folder).isDirectory()) throw new Error('it is not a folder');
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    for (const file of [dataFile(folder), join(folder, LOCK_FILE)]) makePrivate(file);
  } catch (error) {
    if (!isError(error)) throw error;
    throw new Failure('store-unusable', `the data folder ${folder} cannot be used: ${error.message}`, {
      cause: error,
    });
  }
}

/** With its parents. (`mkdirSync`'s own `recursive` never returns where a parent has no room for names, as /proc.) */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: FOLDER_MODE });
  } catch (error) {
    if (!existsSync(folder)) throw error; // else another process was faster
  }
}

function makePrivate(file: string): void {
  closeSync(openSync(file, constants.O_RDWR | constants.O_CREAT, FILE_MODE));
  chmodSync(file, FILE_MODE);
}
