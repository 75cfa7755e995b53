// CassMail as an operator starts it, with the 700 users, on ports and in a folder of its own.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestRing } from '../../src/lab/ring/test-ring.js';
import { statOf } from '../load/pop3-session.js';
import { ServerProcess } from '../peers/server-process.js';
import { ratePerSecond } from '../rounds.js';
import { addresses, DOMAIN } from './mailboxes.js';
import type { Holdings, MailServer, Pop3Server } from './mail-server.js';
import { seedUsers, type PasswordCost } from './seeding.js';

const LAUNCHER = fileURLToPath(new URL('../../../bin/cassmail.js', import.meta.url));
const COUNTING_CLIENTS = 20;

export interface NodePorts {
  readonly smtp: number;
  readonly submission: number;
  readonly pop3: number;
  readonly admin: number;
}

export interface NodeSettings {
  readonly folder: string;
  readonly ports: NodePorts;
  /** Where it keeps its mail; without a ring, in the folder. */
  readonly ring?: TestRing;
  readonly passwordCost: PasswordCost;
}

export async function startCassmail(settings: NodeSettings): Promise<CassmailNode> {
  const { folder, ports } = settings;
  const file = join(folder, 'cassmail.yaml');
  writeFileSync(file, JSON.stringify(configuration(settings), undefined, 2)); // JSON is YAML too
  await seedUsers(file, settings.passwordCost);
  const words = [LAUNCHER, 'start', '-c', file];
  const server = new ServerProcess(process.execPath, words, join(folder, 'cassmail.log'));
  await server.answers(ports.smtp);
  await server.answers(ports.pop3);
  return new CassmailNode(settings, server);
}

export class CassmailNode implements MailServer, Pop3Server {
  readonly name: string;
  readonly smtpPort: number;
  readonly pop3Port: number;
  readonly #server: ServerProcess;

  constructor({ ports, ring }: NodeSettings, server: ServerProcess) {
    this.name = ring === undefined ? 'CassMail, embedded' : 'CassMail, one-node ring';
    this.smtpPort = ports.smtp;
    this.pop3Port = ports.pop3;
    this.#server = server;
  }

  /** A message can be read before it is acknowledged; `holdings` proves it. */
  settled(): Promise<void> {
    return Promise.resolve();
  }

  async holdings(): Promise<Holdings> {
    const sum = { messages: 0, bytes: 0 };
    await ratePerSecond(addresses.length, COUNTING_CLIENTS, async (index) => {
      const { messages, bytes } = await statOf(this.pop3Port, addresses[index] ?? '');
      sum.messages += messages;
      sum.bytes += bytes;
    });
    return sum;
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }
}

/** The product's defaults, but for ports, logins without TLS, and more clients from one address than it allows. */
function configuration({ folder, ports, ring }: NodeSettings): object {
  return {
    hostname: 'cassmail.bench.example',
    domains: [DOMAIN],
    data: join(folder, 'data'),
    store: ring === undefined ? { kind: 'embedded' } : ringStore(ring),
    smtp: { listen: [`127.0.0.1:${ports.smtp}`] },
    submission: { listen: [`127.0.0.1:${ports.submission}`], implicitTls: [] },
    pop3: { listen: [`127.0.0.1:${ports.pop3}`], implicitTls: [], requireTls: false },
    limits: { connectionsPerIp: 1000 },
    admin: { listen: `127.0.0.1:${ports.admin}` },
  };
}

function ringStore({ contactPoints, port, localDataCenter }: TestRing): object {
  const cassandra = { contactPoints, port, localDataCenter, keyspace: 'bench', replicationFactor: 1 };
  return { kind: 'cassandra', cassandra };
}
