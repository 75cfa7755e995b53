// Clients that send letters as fast as they are taken, over connections of a few letters each, and open another one
// whenever theirs breaks. What was answered 250 goes into the ledger, nothing else does.
import { SmtpTalk } from '../talk/smtp-talk.js';
import { until } from '../until.js';
import type { Ledger, Letter } from './ledger.js';

const LETTERS_PER_CONNECTION = 5;
const PAUSE_AFTER_BREAK_MS = 20;

export class MailLoad {
  readonly #port: number;
  readonly #ledger: Ledger;
  readonly #clients: readonly Promise<void>[];
  /** Answers 4xx and 5xx to letters, by their codes. */
  readonly refusals = new Map<number, number>();
  #isOver = false;

  private constructor(port: number, ledger: Ledger, clients: number) {
    this.#port = port;
    this.#ledger = ledger;
    this.#clients = Array.from({ length: clients }, () => this.#sendOn());
  }

  static begin(port: number, ledger: Ledger, clients = 4): MailLoad {
    return new MailLoad(port, ledger, clients);
  }

  /** Resolves when that many letters more were acknowledged. */
  async more(count: number): Promise<void> {
    const wanted = this.#ledger.acknowledged + count;
    await until(`${count} more letters are taken`, () => this.#ledger.acknowledged >= wanted);
  }

  get refusedCount(): number {
    return [...this.refusals.values()].reduce((sum, count) => sum + count, 0);
  }

  /** What is under way comes to its end. */
  async end(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#clients);
  }

  async #sendOn(): Promise<void> {
    while (!this.#isOver) {
      try {
        await this.#connection();
      } catch {
        await new Promise((resolve) => {
          setTimeout(resolve, PAUSE_AFTER_BREAK_MS);
        });
      }
    }
  }

  async #connection(): Promise<void> {
    const talk = await SmtpTalk.open(this.#port);
    try {
      await talk.ehlo();
      for (let sent = 0; sent < LETTERS_PER_CONNECTION && !this.#isOver; sent += 1) {
        await this.#send(talk, this.#ledger.letter());
      }
      if (!this.#isOver) await talk.command('QUIT');
    } finally {
      talk.close();
    }
  }

  async #send(talk: SmtpTalk, letter: Letter): Promise<void> {
    const replies = await talk.transaction('load@remote.test', letter.to, letter.bytes);
    const { code = 0 } = replies.at(-1) ?? {};
    if (replies.length === letter.to.length + 3 && code === 250) {
      const taken = letter.to.filter((_address, index) => replies[index + 1]?.code === 250);
      this.#ledger.acknowledge(letter, taken);
      return;
    }
    this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
    if (code === 421) throw new Error('sent away');
    await talk.command('RSET');
  }
}
