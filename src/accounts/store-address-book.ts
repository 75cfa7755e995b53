// The address book over the store's accounts, aliases and domains. Of several that an alias leads to, those who can be
// given the mail get it: one that is unknown, disabled or over quota is left out and logged, since one full mailbox must
// not keep a message from everybody else. Where nobody is left, the answer is that of those left out, the one that may
// change by itself first.
import type { Budget } from '../base/budget.js';
import { BoundedLog } from '../base/bounded-log.js';
import type { Clock, Timers } from '../base/clock.js';
import type { Log } from '../base/log.js';
import { sideBySide } from '../base/side-by-side.js';
import { loginOfAddress, type MailAddress } from '../mail/address.js';
import type { Login, LoginSpelling } from '../mail/login.js';
import { INBOX } from '../mail/mailbox-name.js';
import type { AccountStore } from '../store/api/accounts.js';
import type { DirectoryStore } from '../store/api/directory.js';
import type { MailboxAddress } from '../store/types.js';
import type { AddressBook, Resolution } from './address-book.js';
import { expanded, type Expansion, type ReachedUser } from './address-expansion.js';
import { AddressSteps, type AddressSettings, type Step } from './address-steps.js';
import { AddressedMailbox } from './addressed-mailbox.js';
import type { HomeDomain } from './home-domain.js';
import { Lookups } from './lookups.js';
import type { Quotas } from './quotas.js';

const LOG_BOUND = { lines: 10, perMs: 10_000 };
const LOOKUPS_AT_ONCE = 8;
const NOBODY: Step = { kind: 'nobody' };

export interface AddressBookSettings extends AddressSettings {
  /** Make a mailbox that mail is addressed to and that is not there yet. */
  readonly autoCreate: boolean;
}

export interface StoreAddressBookParts {
  readonly accounts: Pick<AccountStore, 'read' | 'list' | 'addMailbox'>;
  readonly directory: Pick<DirectoryStore, 'readAlias' | 'readDomain'>;
  readonly quotas: Pick<Quotas, 'isFull'>;
  readonly homeDomain: Pick<HomeDomain, 'find'>;
  readonly spelling: LoginSpelling;
  readonly settings: () => AddressBookSettings;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
}

/** Why one of several targets gets nothing. */
type LeftOut = 'over-quota' | 'disabled' | 'unknown';

interface Reached {
  readonly mailboxes: MailboxAddress[];
  readonly leftOut: { readonly target: string; readonly why: LeftOut }[];
}

export class StoreAddressBook implements AddressBook {
  readonly #quotas: Pick<Quotas, 'isFull'>;
  readonly #spelling: LoginSpelling;
  readonly #log: Log;
  readonly #lookups: Lookups;
  readonly #steps: AddressSteps;
  readonly #addressed: AddressedMailbox;

  constructor(parts: StoreAddressBookParts) {
    this.#quotas = parts.quotas;
    this.#spelling = parts.spelling;
    this.#log = new BoundedLog(parts.log, parts.clock, LOG_BOUND);
    const lookups = new Lookups(parts);
    this.#lookups = lookups;
    this.#steps = new AddressSteps({ ...parts, lookups });
    this.#addressed = new AddressedMailbox({ ...parts, lookups });
  }

  resolve(address: MailAddress, budget: Budget): Resolution | Promise<Resolution> {
    return this.#recalled(address, budget) ?? this.#lookedUp(address, budget);
  }

  /** What nearly all mail is for: a user by his own address, who is no stranger to us and has room. */
  #recalled(address: MailAddress, budget: Budget): Resolution | undefined {
    const account = this.#steps.recalledUser(address);
    if (account === undefined || account.settings.isDisabled) return undefined;
    if (this.#quotas.isFull(account, budget) !== false) return undefined;
    return { kind: 'known', mailboxes: [{ login: account.login, mailbox: INBOX }], remote: [] };
  }

  async #lookedUp(address: MailAddress, budget: Budget): Promise<Resolution> {
    const first = await this.#steps.from(address, budget);
    if (first.kind === 'remote') return { kind: 'remote' };
    const expansion = await expanded(address, first, (target) => this.#steps.from(target, budget));
    if (expansion === 'alias-loop') return { kind: 'alias-loop' };
    const reached = await this.#reached(expansion, budget);
    const { remote } = expansion;
    if (reached.mailboxes.length + remote.length === 0) return { kind: refusalOf(reached.leftOut) };
    for (const { target, why } of reached.leftOut) {
      this.#log.write('alias.target-skipped', { alias: address.text, target, why });
    }
    return { kind: 'known', mailboxes: reached.mailboxes, remote };
  }

  async maySendAs(login: Login, sender: MailAddress, budget: Budget): Promise<boolean> {
    if (loginOfAddress(sender, this.#spelling) === login) return true;
    // A catch-all gives nobody the names of all who are not there.
    const stepping = async (target: MailAddress): Promise<Step> =>
      (await this.#steps.byName(target, budget)) ?? NOBODY;
    const expansion = await expanded(sender, await stepping(sender), stepping);
    return expansion !== 'alias-loop' && expansion.users.some(({ account }) => account.login === login);
  }

  /** What was resolved to some time ago, as it is now: without users who are gone or going, inboxes for other boxes gone. */
  async stillThere(mailboxes: readonly MailboxAddress[], budget: Budget): Promise<readonly MailboxAddress[]> {
    const found = new Map<string, MailboxAddress>();
    await sideBySide(mailboxes, LOOKUPS_AT_ONCE, async ({ login, mailbox: wanted }) => {
      const account = await this.#lookups.account(login, budget);
      if (account === undefined || account.settings.removalBeganAtMs !== undefined) return;
      const mailbox = account.mailboxes.includes(wanted) ? wanted : INBOX;
      found.set(`${login}|${mailbox}`, { login, mailbox });
    });
    return [...found.values()];
  }

  async #reached({ users, dead }: Expansion, budget: Budget): Promise<Reached> {
    const found = new Map<string, MailboxAddress>();
    const leftOut: Reached['leftOut'] = dead.map((target) => ({ target, why: 'unknown' }));
    for (const user of users) {
      const { login } = user.account;
      const why = await this.#obstacle(user, budget);
      if (why !== undefined) {
        leftOut.push({ target: login, why });
        continue;
      }
      const mailbox = await this.#addressed.of(user, budget);
      found.set(`${login}|${mailbox}`, { login, mailbox });
    }
    return { mailboxes: [...found.values()], leftOut };
  }

  async #obstacle({ account }: ReachedUser, budget: Budget): Promise<LeftOut | undefined> {
    if (account.settings.isDisabled) return 'disabled';
    return (await this.#quotas.isFull(account, budget)) ? 'over-quota' : undefined;
  }
}

function refusalOf(leftOut: Reached['leftOut']): LeftOut {
  const reasons: readonly LeftOut[] = ['over-quota', 'disabled'];
  return reasons.find((reason) => leftOut.some(({ why }) => why === reason)) ?? 'unknown';
}
