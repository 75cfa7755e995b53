// The servers of one run, started when first asked for and kept until the end, all in one temporary folder.
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemRandom } from '../../src/base/random.js';
import { freePort } from '../../src/lab/ring/addresses.js';
import { startTestRing, type TestRing } from '../../src/lab/ring/test-ring.js';
import { startDovecot, type DovecotSetup } from '../peers/dovecot.js';
import { startPostfix } from '../peers/postfix.js';
import { startCassmail, type CassmailNode } from './cassmail-node.js';
import type { MailServer, Pop3Server } from './mail-server.js';
import { fillMaildirs } from './maildir-filling.js';
import type { PasswordCost } from './seeding.js';

export type StoreKind = 'embedded' | 'cassandra';
export type CommitLog = 'group' | 'periodic';

const HEAP_MIB = 1536;

export class Servers {
  readonly folder = mkdtempSync(join(tmpdir(), 'cassmail-bench-'));
  readonly commitLog: CommitLog;
  readonly #passwordCost: PasswordCost;
  readonly #started = new Map<string, Promise<unknown>>();
  readonly #stops: (() => Promise<void>)[] = [];
  readonly #taken: number[] = [];

  constructor(commitLog: CommitLog, passwordCost: PasswordCost) {
    this.commitLog = commitLog;
    this.#passwordCost = passwordCost;
    chmodSync(this.folder, 0o755); // the peers run under users of their own
    process.once('exit', () => rmSync(this.folder, { recursive: true, force: true })); // interrupted, too
  }

  postfix(): Promise<MailServer> {
    return this.#once('postfix', async (folder) => startPostfix(folder, await this.#port()));
  }

  /** With the mail of the POP3 benches in its maildirs. */
  dovecot(setup: DovecotSetup): Promise<Pop3Server> {
    return this.#once(`dovecot-${setup}`, async (folder) => {
      fillMaildirs(join(folder, 'mail'));
      return startDovecot(folder, await this.#port(), setup);
    });
  }

  cassmail(store: StoreKind): Promise<CassmailNode> {
    return this.#once(`cassmail-${store}`, async (folder) => {
      const ring = store === 'cassandra' ? { ring: await this.#ring() } : {};
      const ports = {
        smtp: await this.#port(),
        submission: await this.#port(),
        pop3: await this.#port(),
        admin: await this.#port(),
      };
      return startCassmail({ folder, ports, passwordCost: this.#passwordCost, ...ring });
    });
  }

  /** In the opposite order of their starting; the folder goes with them. */
  async stop(): Promise<void> {
    for (const stop of this.#stops.toReversed()) await stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #ring(): Promise<TestRing> {
    const ring = await startTestRing({ nodes: 1, heapMiB: HEAP_MIB, commitlog: this.commitLog, note });
    this.#stops.push(ring.stop);
    return ring;
  }

  #once<S extends { stop(): Promise<void> }>(
    name: string,
    start: (folder: string) => Promise<S>,
  ): Promise<S> {
    const known = this.#started.get(name) as Promise<S> | undefined;
    if (known !== undefined) return known;
    const folder = join(this.folder, name);
    mkdirSync(folder);
    const starting = start(folder).then((server) => {
      this.#stops.push(() => server.stop());
      return server;
    });
    this.#started.set(name, starting);
    return starting;
  }

  async #port(): Promise<number> {
    const port = await freePort(['127.0.0.1'], systemRandom, this.#taken);
    this.#taken.push(port);
    return port;
  }
}

function note(line: string): void {
  process.stderr.write(`ring: ${line}\n`);
}
