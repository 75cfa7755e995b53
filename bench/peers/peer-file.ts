// Configuration of the other servers: files in this folder, with the names of the run filled in.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Compiled, this file lies in dist/bench/peers. */
const FOLDER = new URL('../../../bench/peers/', import.meta.url);

/** Each word in `values` is replaced wherever it stands in the file. */
export function peerFile(name: string, values: Readonly<Record<string, string>>): string {
  const text = readFileSync(fileURLToPath(new URL(name, FOLDER)), 'utf8');
  return Object.entries(values).reduce((filled, [word, value]) => filled.replaceAll(word, value), text);
}
