// A place where a store runs out of room. A small file system in memory where the tests may mount one, with a file in it
// that can be taken away to make room; elsewhere a bound on the size of files, under which a program is started.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TemporaryFolder } from '../temporary-folder.js';

const DISK_BYTES = 8 * 1024 * 1024;
const FILLER_BYTES = 2 * 1024 * 1024;

export class SmallDisk {
  readonly #folder = new TemporaryFolder();
  readonly #mount = join(this.#folder.path, 'disk');
  readonly isMounted: boolean;
  #boundBytes = DISK_BYTES;

  constructor() {
    mkdirSync(this.#mount);
    const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'tmpfs', this.#mount]);
    this.isMounted = status === 0;
    if (this.isMounted) writeFileSync(this.filler, Buffer.alloc(FILLER_BYTES));
  }

  get data(): string {
    return join(this.#mount, 'data');
  }

  get filler(): string {
    return join(this.#mount, 'filler');
  }

  /** What to start Node with: itself, or a script that bounds its files first. */
  get execPath(): string {
    if (this.isMounted) return process.execPath;
    const script = join(this.#folder.path, 'bounded-node');
    const blocks = this.#boundBytes / 512;
    writeFileSync(script, `#!/bin/sh\ntrap '' XFSZ\nulimit -f ${blocks}\nexec '${process.execPath}' "$@"\n`);
    chmodSync(script, 0o700);
    return script;
  }

  /** A bound on files leaves room on the disk, so there the store can only say that a commit went wrong. */
  get failures(): readonly string[] {
    return [this.isMounted ? 'store-full: temporary' : 'store-write-uncertain: uncertain'];
  }

  get eventsWhenFull(): readonly string[] {
    return this.isMounted ? ['store.full'] : [];
  }

  get eventsAfterwards(): readonly string[] {
    return this.isMounted ? ['store.full', 'store.room-again'] : [];
  }

  /** Until not a byte more fits in. */
  fillUp(): void {
    if (this.isMounted) spawnSync('cp', ['/dev/zero', this.filler]);
    else this.#boundBytes = 0;
  }

  makeRoom(): void {
    rmSync(this.filler, { force: true });
    this.#boundBytes = DISK_BYTES;
  }

  remove(): void {
    if (this.isMounted) spawnSync('umount', [this.#mount]);
    this.#folder.remove();
  }
}
