// A folder and its parents, made where they are missing. (`mkdirSync`'s own `recursive` never returns where a parent has
// no room for names, as /proc.)
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

const USUAL_MODE = 0o777;

export function makeFolder(folder: string, mode = USUAL_MODE): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder), mode);
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    if (!existsSync(folder)) throw error; // else another process was faster
  }
}
