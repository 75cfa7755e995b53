// A folder made where it was missing and ours to write to, or a Failure that says which one was not and what to do.
import { accessSync, constants } from 'node:fs';
import { Failure } from '../../../base/failure.js';
import { isError } from '../../../base/is-error.js';
import { makeFolder as make } from '../../../base/make-folder.js';

export function makeFolder(path: string, advice: string): void {
  try {
    make(path);
    accessSync(path, constants.W_OK | constants.X_OK);
  } catch (cause) {
    const reason = isError(cause) ? cause.message : String(cause);
    throw new Failure('lab-ring-failed', `cannot write to the folder ${path} (${reason}): ${advice}`, {
      cause,
    });
  }
}
