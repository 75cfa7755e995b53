// A node as the HTTP interface sees it, answering on a port of its own, over an embedded store; and somebody who asks.
import { request } from 'node:http';
import { systemClock, systemTimers, type Timers } from '../../../src/base/clock.js';
import type { Administration } from '../../../src/accounts/administration/administration.js';
import { openAdminServer, type AdminServer } from '../../../src/admin/admin-server.js';
import type { NodeView } from '../../../src/admin/node-view.js';
import type { Log, LogFields } from '../../../src/base/log.js';
import type { LogEvent } from '../../../src/base/log-events.js';
import { Ground } from '../../unit/accounts/administration/ground.js';

export const TOKEN = 'a-token-that-nobody-guesses-0123456789abcdef';

export interface HttpReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  /** What the text is, if it is JSON. */
  readonly json: unknown;
}

export interface Asking {
  /** Null: none. */
  readonly token?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** As it is, or as JSON. */
  readonly body?: string | object;
}

export class AdminNode {
  readonly ground: Ground;
  readonly administration: Administration;
  readonly lines: (readonly [LogEvent, LogFields | undefined])[] = [];
  /** What the node says of itself; a test may change it. */
  view: NodeView;
  /** Waits, of the removal of a user and of commands, are cut to this. */
  longestSleepMs = Number.POSITIVE_INFINITY;
  readonly timers: Timers = {
    ...systemTimers,
    sleep: (ms, signal) => systemTimers.sleep(Math.min(ms, this.longestSleepMs), signal),
  };
  #server: AdminServer | undefined;

  private constructor(ground: Ground) {
    this.ground = ground;
    this.administration = ground.administration({ clock: systemClock, timers: this.timers });
    this.view = {
      name: 'mx1/00000000',
      version: '1.2.3',
      startedAtMs: Date.UTC(2026, 0, 31),
      roles: ['smtp', 'admin'],
      store: { kind: 'embedded', promise: 'a 250 survives a crash' },
      workers: () => ({ configured: 2, listening: 2 }),
      isStopping: () => false,
      postmaster: async () => undefined,
      askStore: async () => undefined,
      metricsText: async () => 'cassmail_up 1\n',
      reload: () => ({ live: ['log.level'], atRestart: ['workers'] }),
    };
  }

  static async open(change: (node: AdminNode) => void = () => undefined): Promise<AdminNode> {
    const node = new AdminNode(await Ground.make());
    change(node);
    const log: Log = { write: (event, fields) => node.lines.push([event, fields]), with: () => log };
    node.#server = await openAdminServer({
      listen: { host: '127.0.0.1', port: 0 },
      token: TOKEN,
      node: node.view,
      administration: node.administration,
      clock: systemClock,
      timers: systemTimers,
      log,
    });
    return node;
  }

  get port(): number {
    return this.#server?.address.port ?? 0;
  }

  ask(method: string, path: string, asking: Asking = {}): Promise<HttpReply> {
    const { token = TOKEN, headers = {}, body } = asking;
    const text = typeof body === 'object' ? JSON.stringify(body) : body;
    const all = {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(text === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
      ...headers,
    };
    return new Promise((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port: this.port, method, path, headers: all, agent: false });
      asked.once('error', reject);
      asked.once('response', (response) => {
        const pieces: Buffer[] = [];
        response.on('data', (piece: Buffer) => pieces.push(piece));
        response.once('end', () => {
          const whole = Buffer.concat(pieces).toString();
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: whole,
            json: jsonOf(whole),
          });
        });
      });
      asked.end(text);
    });
  }

  async close(): Promise<void> {
    await this.#server?.close();
    await this.ground.dispose();
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
