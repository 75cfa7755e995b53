// Where a mail program meets a node: the ports, a user, the certificate to trust, and a folder for its files.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MailNode, TestUser } from '../../mail-node.js';
import { until } from '../../until.js';
import { run, type ProgramRun } from '../program-run.js';
import { pathOfClient, type Client } from './client-programs.js';

/** A client that takes longer hangs. */
const PATIENCE_MS = 20_000;

export interface ClientStageOptions {
  readonly node: MailNode;
  readonly user: TestUser;
  /** Of this stage alone. */
  readonly folder: string;
}

export class ClientStage {
  readonly node: MailNode;
  readonly user: TestUser;
  readonly folder: string;

  constructor({ node, user, folder }: ClientStageOptions) {
    mkdirSync(folder, { recursive: true });
    this.node = node;
    this.user = user;
    this.folder = folder;
  }

  /** The node's. */
  get certificate(): string {
    return this.node.certificate;
  }

  /** Only the owner may read it: the clients insist. */
  file(name: string, content: string): string {
    const path = this.path(name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  read(name: string): Buffer {
    return readFileSync(this.path(name));
  }

  /** Until `isEnough`: programs that would go on for ever, and hear no signal but the last. */
  async runUntil(client: Client, words: readonly string[], isEnough: () => Promise<boolean>): Promise<void> {
    const child = spawn(this.#pathOf(client), words, { cwd: this.folder, stdio: 'ignore' });
    try {
      await until(`${client} has done enough`, isEnough);
    } finally {
      child.kill('SIGKILL');
    }
  }

  run(client: Client | 'script', words: readonly string[], input: string | Uint8Array = ''): Promise<Buffer> {
    const path = client === 'script' ? client : this.#pathOf(client);
    const options: ProgramRun = {
      input,
      currentFolder: this.folder,
      environment: { HOME: this.folder, TERM: 'xterm', LC_ALL: 'C.UTF-8' },
      patienceMs: PATIENCE_MS,
    };
    return run(path, words, options);
  }

  #pathOf(client: Client): string {
    const path = pathOfClient(client);
    if (path === undefined) throw new Error(`${client} is not there`);
    return path;
  }
}
