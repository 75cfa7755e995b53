// Somebody who ends the nodes of a ring when this process dies before it could: see guard.ts.
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('./guard.js', import.meta.url));

export class RingGuard {
  readonly #process: ChildProcess;

  /** From now on. With `wipesFolder`, the data goes, too. */
  constructor(folder: string, options: { readonly wipesFolder: boolean }) {
    const words = [program, folder, ...(options.wipesFolder ? ['wipe'] : [])];
    this.#process = spawn(process.execPath, words, { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    this.#process.unref();
  }

  /** Nothing needs to be ended any more: the ring may go on, or is gone. */
  release(): void {
    this.#process.stdin?.end('release');
  }
}
