// Users: made, looked at, changed. How one goes is in user-removal.ts.
import type { Budget } from '../../base/budget.js';
import { Failure } from '../../base/failure.js';
import type { DomainName } from '../../mail/domain-name.js';
import { domainOf, type Login } from '../../mail/login.js';
import { INBOX, OUTBOX } from '../../mail/mailbox-name.js';
import type { Account, AccountSettings } from '../../store/types.js';
import { decided } from './decided.js';
import { makePassword } from './made-password.js';
import type { LocalDomains } from './local-domains.js';
import { removeLeftovers } from './mail-removal.js';
import type { AdministrationParts } from './parts.js';
import { knownAccount, userOf, type User } from './user.js';

export interface Quota {
  /** Undefined: as the configuration says for all. */
  readonly bytes: number | undefined;
  readonly messages: number | undefined;
}

export interface NewUser {
  readonly address: Login;
  /** Undefined: one is made up. */
  readonly password: string | undefined;
  readonly quota: Quota;
}

export interface AddedUser {
  readonly user: User;
  /** Not kept anywhere: who does not note it down now needs a new one. */
  readonly generatedPassword: string | undefined;
  /** The first user of a service without domains brings his own. */
  readonly addedDomain: DomainName | undefined;
}

export interface UserList {
  /** By address. */
  readonly users: readonly User[];
  /** There are no more than these. */
  readonly isComplete: boolean;
}

type Parts = Pick<
  AdministrationParts,
  'accounts' | 'directory' | 'mailboxes' | 'clock' | 'random' | 'hashPassword' | 'settings'
>;

const FIRST_MAILBOXES = [INBOX, OUTBOX];

export class UserAdministration {
  readonly #parts: Parts;
  readonly #domains: LocalDomains;

  constructor(parts: Parts, domains: LocalDomains) {
    this.#parts = parts;
    this.#domains = domains;
  }

  /**
   * *domain-unknown* where the address is not in a domain of ours, *user-exists*, *alias-exists* (aliases.ts says why),
   * *password-invalid*.
   */
  async add({ address, password, quota }: NewUser, budget: Budget): Promise<AddedUser> {
    const { accounts, clock } = this.#parts;
    const absentAtMs = clock.wallMs();
    const before = await accounts.read(address, budget);
    if (before !== undefined) throw userExists(before);
    await this.#assertNoAlias(address, budget);
    const { passwordHash, generatedPassword } = await this.#hashed(password, budget);
    const addedDomain = await this.#withDomain(domainOf(address), budget);
    const settings = withQuota({ passwordHash, isDisabled: false }, quota);
    await this.#create(address, settings, absentAtMs, budget);
    const user = userOf(await knownAccount(accounts, address, budget));
    return { user, generatedPassword, addedDomain };
  }

  /** At most `limit`, of one domain or of all: which ones, when there are more, is not said. */
  async list(
    options: { readonly domain: DomainName | undefined; readonly limit: number },
    budget: Budget,
  ): Promise<UserList> {
    const { domain, limit } = options;
    const users: User[] = [];
    for await (const page of this.#parts.accounts.list(budget)) {
      users.push(
        ...page.filter(({ login }) => domain === undefined || domainOf(login) === domain).map(userOf),
      );
      if (users.length > limit) break;
    }
    const sorted = users.slice(0, limit).toSorted((a, b) => (a.address < b.address ? -1 : 1));
    return { users: sorted, isComplete: users.length <= limit };
  }

  async show(address: Login, budget: Budget): Promise<User> {
    return userOf(await knownAccount(this.#parts.accounts, address, budget));
  }

  /** The password that was made up, if none was given. */
  async changePassword(
    address: Login,
    password: string | undefined,
    budget: Budget,
  ): Promise<string | undefined> {
    await this.show(address, budget); // before the expensive part
    const { passwordHash, generatedPassword } = await this.#hashed(password, budget);
    await this.#change(address, budget, (settings) => ({ ...settings, passwordHash }));
    return generatedPassword;
  }

  /** No login any more and no mail; what is there stays. */
  disable(address: Login, budget: Budget): Promise<User> {
    return this.#change(address, budget, (settings) => ({ ...settings, isDisabled: true }));
  }

  /** Whoever is being removed stays, with what is left of his mail. */
  enable(address: Login, budget: Budget): Promise<User> {
    return this.#change(address, budget, ({ passwordHash, ...settings }) =>
      withQuota({ passwordHash, isDisabled: false }, quotaOf(settings)),
    );
  }

  setQuota(address: Login, quota: Quota, budget: Budget): Promise<User> {
    return this.#change(address, budget, (settings) => withQuota(settings, quota));
  }

  async #hashed(
    given: string | undefined,
    budget: Budget,
  ): Promise<{ readonly passwordHash: string; readonly generatedPassword: string | undefined }> {
    const { hashPassword, random } = this.#parts;
    if (given !== undefined)
      return { passwordHash: await hashPassword(given, budget), generatedPassword: undefined };
    const generatedPassword = makePassword(random);
    return { passwordHash: await hashPassword(generatedPassword, budget), generatedPassword };
  }

  /** Adds the domain when there is none at all yet: so that the first user of a new service is one command. */
  async #withDomain(name: DomainName, budget: Budget): Promise<DomainName | undefined> {
    if ((await this.#domains.find(name, budget)) !== undefined) return undefined;
    const others = await this.#domains.list(budget);
    if (others.length > 0) {
      throw new Failure(
        'domain-unknown',
        `${name} is no domain of this service; if it should be: cassmail domain add ${name}`,
      );
    }
    await this.#parts.directory.writeDomain({ name }, budget); // a conflict: somebody was faster with the same
    return name;
  }

  /** Mail that an earlier user of this address left behind, on its way while he was removed, is not the new one's. */
  async #create(
    address: Login,
    settings: AccountSettings,
    absentAtMs: number,
    budget: Budget,
  ): Promise<void> {
    const { accounts, mailboxes } = this.#parts;
    for (const mailbox of FIRST_MAILBOXES) {
      await removeLeftovers(mailboxes, { login: address, mailbox }, absentAtMs, budget);
    }
    if ((await accounts.create(address, settings, FIRST_MAILBOXES, budget)) === 'exists') {
      throw userExists(await knownAccount(accounts, address, budget));
    }
    await this.#giveWay(address, budget);
  }

  async #assertNoAlias(address: Login, budget: Budget): Promise<void> {
    const alias = await this.#parts.directory.readAlias(address, budget);
    if (alias === undefined) return;
    const targets = alias.targets.join(', ');
    throw new Failure(
      'alias-exists',
      `${address} is an alias of ${targets}, which no user can be (cassmail alias remove ${address})`,
    );
  }

  /** To an alias of that address that was added at the same time. */
  async #giveWay(address: Login, budget: Budget): Promise<void> {
    const { accounts } = this.#parts;
    try {
      await this.#assertNoAlias(address, budget);
    } catch (error) {
      const account = await accounts.read(address, budget);
      if (account !== undefined) await accounts.remove(account, budget); // a conflict: somebody uses it by now
      throw error;
    }
  }

  #change(
    address: Login,
    budget: Budget,
    next: (settings: AccountSettings) => AccountSettings,
  ): Promise<User> {
    const { accounts } = this.#parts;
    return decided(`user ${address}`, async () => {
      const account: Account = await knownAccount(accounts, address, budget);
      const settings = next(account.settings);
      const outcome = await accounts.change(account, settings, budget);
      return outcome === 'conflict' ? outcome : userOf({ ...account, settings });
    });
  }
}

function withQuota(
  { passwordHash, isDisabled, removalBeganAtMs }: AccountSettings,
  { bytes, messages }: Quota,
): AccountSettings {
  return {
    passwordHash,
    isDisabled,
    ...(bytes === undefined ? {} : { quotaBytes: bytes }),
    ...(messages === undefined ? {} : { quotaMessages: messages }),
    ...(removalBeganAtMs === undefined ? {} : { removalBeganAtMs }),
  };
}

function quotaOf({ quotaBytes, quotaMessages }: Omit<AccountSettings, 'passwordHash'>): Quota {
  return { bytes: quotaBytes, messages: quotaMessages };
}

function userExists({ login, settings }: Account): Failure {
  const isLeaving = settings.removalBeganAtMs !== undefined;
  return new Failure(
    'user-exists',
    `there is a user ${login} already${isLeaving ? ', who is being removed' : ''}`,
  );
}
