// Where the token is that proves an operator: in the data folder, for whoever may read that.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isError } from '../../base/is-error.js';

export function tokenFileIn(dataFolder: string): string {
  return join(dataFolder, 'admin.token');
}

/** Undefined: there is no such file. Fails as the file system does. */
export function readToken(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (isError(error) && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
