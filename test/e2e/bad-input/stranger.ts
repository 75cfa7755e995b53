// Somebody who does to a node what no good client does. All that he is answered is kept, for whoever wants to know
// whether an answer told him more than it should.
import type { MailNode, TestUser } from '../../mail-node.js';
import type { ConnectOptions } from '../../talk/line-connection.js';
import { Pop3Talk } from '../../talk/pop3-talk.js';
import { SmtpTalk } from '../../talk/smtp-talk.js';

export class Stranger {
  readonly node: MailNode;
  /** Whose password he knows; three messages are in the inbox. */
  readonly user: TestUser;
  readonly #heard: Buffer[] = [];
  readonly #talks: { close(): void }[] = [];

  constructor(node: MailNode, user: TestUser) {
    this.node = node;
    this.user = user;
  }

  smtp(): Promise<SmtpTalk> {
    return this.#begin(SmtpTalk.open(this.node.port('smtp.listen'), this.#options(false)));
  }

  submissions(): Promise<SmtpTalk> {
    return this.#begin(SmtpTalk.open(this.node.port('submission.implicitTls'), this.#options(true)));
  }

  /** Not encrypted. */
  pop3(): Promise<Pop3Talk> {
    return this.#begin(Pop3Talk.open(this.node.port('pop3.listen'), this.#options(false)));
  }

  pop3s(): Promise<Pop3Talk> {
    return this.#begin(Pop3Talk.open(this.node.port('pop3.implicitTls'), this.#options(true)));
  }

  /** With the inbox of `user` open, as soon as nobody else has it open. */
  async loggedIn(): Promise<Pop3Talk> {
    for (let attempt = 1; ; attempt += 1) {
      const talk = await this.pop3s();
      const { isOk, code, text } = await talk.login(this.user.address, this.user.password);
      if (isOk) return talk;
      talk.close();
      if (code !== 'IN-USE' || attempt === LOGINS) throw new Error(`the login was refused: ${text}`);
    }
  }

  /** Everything, of all his connections, as latin1. */
  get heard(): string {
    return Buffer.concat(this.#heard).toString('latin1');
  }

  /** How many there are in the inbox of `user`. */
  async messages(): Promise<number> {
    const talk = await this.loggedIn();
    const { text } = await talk.command('STAT');
    await talk.command('QUIT');
    return Number(text.split(' ')[0]);
  }

  leave(): void {
    for (const talk of this.#talks) talk.close();
  }

  #options(isSecure: boolean): ConnectOptions {
    return { isSecure, patienceMs: PATIENCE_MS, onOctets: (octets) => this.#heard.push(octets) };
  }

  async #begin<Talk extends { close(): void }>(opening: Promise<Talk>): Promise<Talk> {
    const talk = await opening;
    this.#talks.push(talk);
    return talk;
  }
}

/** The node itself waits up to two seconds each time for a session that is just ending. */
const LOGINS = 10;
const PATIENCE_MS = 30_000;
