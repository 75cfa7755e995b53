// The token of this node's operators: made at the first start, kept in a file that its user alone can read, the same at
// every later start.
import { linkSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Failure } from '../base/failure.js';
import { isError } from '../base/is-error.js';
import { makeFolder } from '../base/make-folder.js';
import type { Random } from '../base/random.js';
import { readToken } from './api/token-file.js';

const TOKEN_OCTETS = 32;
const OWNER_ONLY = 0o600;
const TOKEN = /^[\w-]{40,}$/;

/** Fails with *token-unusable*. */
export function keptToken(file: string, random: Random): string {
  try {
    if (readToken(file) === undefined) make(file, random);
    const token = readToken(file) ?? '';
    if (TOKEN.test(token)) return token;
  } catch (error) {
    const reason = isError(error) ? error.message : String(error);
    throw new Failure('token-unusable', `the token cannot be kept in ${file}: ${reason}`, { cause: error });
  }
  throw new Failure('token-unusable', `${file} holds no token; remove it, and the next start makes one`);
}

/** Whole or not at all; of two processes that do this at once, one wins. */
function make(file: string, random: Random): void {
  const token = Buffer.from(random.bytes(TOKEN_OCTETS)).toString('base64url');
  const draft = `${file}.${Buffer.from(random.bytes(4)).toString('hex')}`;
  makeFolder(dirname(file));
  writeFileSync(draft, `${token}\n`, { mode: OWNER_ONLY, flag: 'wx', flush: true });
  try {
    linkSync(draft, file);
  } catch (error) {
    if (!isError(error) || !('code' in error) || error.code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}
