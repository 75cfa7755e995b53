// Mail into a server by a given load, round after round. The clock runs from the first connect until the last message
// can be read in its mailbox; how fast the server took the messages stands beside it.
import { spread, type Contender } from '../rounds.js';
import type { Aside } from '../report.js';
import type { Ledger } from './ledger.js';
import type { Holdings, MailServer } from './mail-server.js';

export interface DeliveryLoad {
  readonly unit: 'messages/s' | 'MB/s';
  /** In words, for the conditions of a row. */
  readonly says: string;
  /** Resolves with the last acknowledgement; how many there were may be learned later. */
  send(port: number): Promise<{ readonly acknowledged: Promise<number> }>;
}

export class DeliveryRounds implements Contender {
  readonly name: string;
  readonly #server: MailServer;
  readonly #load: DeliveryLoad;
  readonly #ledger: Ledger;
  readonly #acceptRates: number[] = [];

  constructor(server: MailServer, load: DeliveryLoad, ledger: Ledger, name = server.name) {
    this.name = name;
    this.#server = server;
    this.#load = load;
    this.#ledger = ledger;
  }

  async run(): Promise<number> {
    const before = await this.#server.holdings();
    const startedAt = performance.now();
    const { acknowledged } = await this.#load.send(this.#server.smtpPort);
    const acceptedAt = performance.now();
    await this.#server.settled();
    const readableAt = performance.now();
    const delivered = difference(await this.#server.holdings(), before);
    this.#ledger.note({ server: this.name, acknowledged, readable: delivered.messages });
    const amount = this.#load.unit === 'MB/s' ? delivered.bytes / 1e6 : delivered.messages;
    this.#acceptRates.push(amount / ((acceptedAt - startedAt) / 1000));
    return amount / ((readableAt - startedAt) / 1000);
  }

  /** Without the round that warmed up. */
  accepted(): Aside {
    const rate = spread(this.#acceptRates.slice(1));
    return { what: `${this.name} accepted`, unit: this.#load.unit, rate };
  }
}

function difference(after: Holdings, before: Holdings): Holdings {
  return { messages: after.messages - before.messages, bytes: after.bytes - before.bytes };
}
