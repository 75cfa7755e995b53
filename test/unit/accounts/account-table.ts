// Accounts, aliases and domains in memory, as the store's interfaces show them; each look is remembered.
import { parseLogin, type Login } from '../../../src/mail/login.js';
import { INBOX, type MailboxName } from '../../../src/mail/mailbox-name.js';
import type { Account, AccountSettings, Alias, Domain } from '../../../src/store/types.js';

export class AccountTable {
  readonly accounts = new Map<string, Account>();
  readonly aliases = new Map<string, Alias>();
  readonly domains = new Map<string, Domain>();
  /** `account anne@…`, `alias sales@…`, in order. */
  readonly looks: string[] = [];
  /** What the next look fails with. */
  failure: Error | undefined;
  #version = 0;

  /** Each one older than the next. */
  user(text: string, settings: Partial<AccountSettings> = {}, mailboxes: readonly string[] = [INBOX]): Login {
    const login = parseLogin(text, { isLocalPartFolded: false });
    this.accounts.set(login, {
      login,
      settings: { passwordHash: `hash of ${login}`, isDisabled: false, ...settings },
      mailboxes: mailboxes as readonly MailboxName[],
      leavingMailboxes: new Map(),
      createdAtMs: this.accounts.get(login)?.createdAtMs ?? this.accounts.size,
      version: this.#nextVersion(),
    });
    return login;
  }

  alias(text: string, ...targets: readonly string[]): Login {
    const address = parseLogin(text);
    this.aliases.set(address, { address, targets, version: this.#nextVersion() });
    return address;
  }

  domain(text: string, catchAll?: string): void {
    const name = text as Domain['name'];
    this.domains.set(text, {
      name,
      ...(catchAll === undefined ? {} : { catchAll }),
      version: this.#nextVersion(),
    });
  }

  async read(login: Login): Promise<Account | undefined> {
    this.#look(`account ${login}`);
    return this.accounts.get(login);
  }

  async readAlias(address: Login): Promise<Alias | undefined> {
    this.#look(`alias ${address}`);
    return this.aliases.get(address);
  }

  async readDomain(name: string): Promise<Domain | undefined> {
    this.#look(`domain ${name}`);
    return this.domains.get(name);
  }

  async addMailbox(account: Account, mailbox: MailboxName): Promise<'changed' | 'conflict'> {
    this.#look(`add ${mailbox} to ${account.login}`);
    const stored = this.accounts.get(account.login);
    if (stored?.version !== account.version) return 'conflict';
    this.user(account.login, stored.settings, [...stored.mailboxes, mailbox].toSorted());
    return 'changed';
  }

  async *list(): AsyncGenerator<readonly Account[]> {
    this.#look('accounts');
    for (const account of this.accounts.values()) yield [account];
  }

  async *listDomains(): AsyncGenerator<readonly Domain[]> {
    this.#look('domains');
    for (const domain of this.domains.values()) yield [domain];
  }

  #look(what: string): void {
    this.looks.push(what);
    const { failure } = this;
    this.failure = undefined;
    if (failure !== undefined) throw failure;
  }

  #nextVersion(): string {
    this.#version += 1;
    return `v${this.#version}`;
  }
}
