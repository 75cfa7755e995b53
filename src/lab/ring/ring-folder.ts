// The folder of a ring: its record, a lock that lets one command at a time change it, and a folder for each node. The
// record is replaced as a whole, so that a command that dies leaves the old one or the new one.
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../base/failure.js';
import { makeFolder } from './machine/make-folder.js';
import { markOf, stateOf, type ProcessMark } from './machine/process-mark.js';
import { isRingRecord, type RingRecord } from './ring-record.js';

const OURS = /^(ring\.json(\.new)?|lock|tls|node-\d+)$/;

export class RingFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  nodeFolder(number: number): string {
    return join(this.path, `node-${number}`);
  }

  /** Undefined where no ring was ever made here. */
  read(): RingRecord | undefined {
    const file = join(this.path, 'ring.json');
    if (!existsSync(file)) return undefined;
    const record = parseJson(readFileSync(file, 'utf8'));
    if (isRingRecord(record)) return record;
    throw new Failure(
      'lab-ring-failed',
      `${file} is not a ring's record (damaged, or of another version): look for its processes, then remove the folder`,
    );
  }

  write(record: RingRecord): void {
    makeFolder(this.path, 'choose another --folder');
    const file = join(this.path, 'ring.json');
    writeFileSync(`${file}.new`, JSON.stringify(record, undefined, 2) + '\n');
    renameSync(`${file}.new`, file);
  }

  /** Everything that is a ring's, and the folder itself where nothing else is in it. */
  remove(): void {
    if (!existsSync(this.path)) return;
    const ours = readdirSync(this.path).filter((name) => OURS.test(name));
    for (const name of ours) rmSync(join(this.path, name), { recursive: true, force: true });
    if (readdirSync(this.path).length === 0) rmdirSync(this.path);
  }

  /** One at a time; whoever comes second is told so at once. A lock whose holder has died is nobody's. */
  async whileLocked<T>(task: () => Promise<T>): Promise<T> {
    makeFolder(this.path, 'choose another --folder');
    const file = join(this.path, 'lock');
    this.#lock(file);
    try {
      return await task();
    } finally {
      rmSync(file, { force: true });
    }
  }

  #lock(file: string): void {
    const holder = existsSync(file) ? parseMark(readFileSync(file, 'utf8')) : undefined;
    if (holder === undefined || stateOf(holder) === 'gone') rmSync(file, { force: true });
    try {
      const descriptor = openSync(file, 'wx');
      writeFileSync(descriptor, JSON.stringify(markOf(process.pid)));
      closeSync(descriptor);
    } catch (cause) {
      const who = holder === undefined ? '' : ` (process ${holder.pid})`;
      const detail = `another command${who} is at work on the ring in ${this.path}: wait for it, or end it`;
      throw new Failure('lab-ring-failed', detail, { cause });
    }
  }
}

function parseMark(text: string): ProcessMark | undefined {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null) return undefined;
  const pid: unknown = Reflect.get(value, 'pid');
  const startedAt: unknown = Reflect.get(value, 'startedAt');
  return typeof pid === 'number' && typeof startedAt === 'string' ? { pid, startedAt } : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // cut short or damaged: not what it should be
  }
}
