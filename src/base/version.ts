// Which version this is, from the one place that says so.
import { readFileSync } from 'node:fs';

/** package.json, seen from dist/src/base. */
const PACKAGE_FILE = new URL('../../../package.json', import.meta.url);

export function programVersion(): string {
  const description: unknown = JSON.parse(readFileSync(PACKAGE_FILE, 'utf8'));
  const hasVersion = typeof description === 'object' && description !== null && 'version' in description;
  return hasVersion ? String(description.version) : 'unknown';
}
