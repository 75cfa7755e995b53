// One step from an address towards mailboxes, by rules in this order: a user of that address; an alias; the same without
// `+detail`; postmaster (RFC 5321 section 4.5.1), who always reaches somebody; the catch-all of the domain; nobody.
import type { Budget } from '../base/budget.js';
import { Failure } from '../base/failure.js';
import { loginOfAddress, type MailAddress } from '../mail/address.js';
import type { DomainName } from '../mail/domain-name.js';
import { parseLogin, type Login, type LoginSpelling } from '../mail/login.js';
import type { Account } from '../store/types.js';
import type { HomeDomain } from './home-domain.js';
import type { Lookups } from './lookups.js';

export type Step =
  | { readonly kind: 'user'; readonly account: Account; readonly detail?: string }
  /** Addresses in any spelling. */
  | { readonly kind: 'onward'; readonly targets: readonly string[] }
  | { readonly kind: 'remote' }
  | { readonly kind: 'nobody' };

export interface AddressSettings {
  /** Local domains that the configuration names; the store may know more. */
  readonly domains: readonly string[];
  /** The address of a user or alias; undefined: the first user. */
  readonly postmaster: string | undefined;
  readonly plusAddressing: boolean;
}

export interface AddressStepsParts {
  readonly lookups: Lookups;
  /** Where the bare `postmaster` is. */
  readonly homeDomain: Pick<HomeDomain, 'find'>;
  readonly spelling: LoginSpelling;
  readonly settings: () => AddressSettings;
}

const NOBODY: Step = { kind: 'nobody' };
const REMOTE: Step = { kind: 'remote' };

export class AddressSteps {
  readonly #parts: AddressStepsParts;

  constructor(parts: AddressStepsParts) {
    this.#parts = parts;
  }

  async from(address: MailAddress, budget: Budget): Promise<Step> {
    const { localPart } = address;
    const domain = address.domain === '' ? await this.#homeDomain(budget) : address.domain;
    if (domain === '') return (await this.#postmaster(budget)) ?? NOBODY;
    if (!(await this.#isLocal(domain, budget))) return REMOTE;
    return (
      (await this.byName({ ...address, domain }, budget)) ??
      (isPostmaster(localPart) ? await this.#postmaster(budget) : undefined) ??
      (await this.#catchAll(domain, budget)) ??
      NOBODY
    );
  }

  /** The user of this very address. Undefined: it takes a look at the store to know whether there is one. */
  recalledUser(address: MailAddress): Account | undefined {
    if (!this.#parts.settings().domains.includes(address.domain)) return undefined;
    const login = loginOfAddress(address, this.#parts.spelling);
    return login && this.#parts.lookups.recalledAccount(login);
  }

  /** By the rules about this very name: who is reached so may also send under it. */
  async byName(address: MailAddress, budget: Budget): Promise<Step | undefined> {
    const login = loginOfAddress(address, this.#parts.spelling);
    if (login === undefined) return undefined;
    const exact = await this.#named(login, budget);
    if (exact !== undefined || !this.#parts.settings().plusAddressing) return exact;
    const plus = login.indexOf('+');
    if (plus <= 0 || plus > login.lastIndexOf('@')) return undefined;
    const step = await this.#named(
      `${login.slice(0, plus)}${login.slice(login.lastIndexOf('@'))}` as Login,
      budget,
    );
    if (step?.kind !== 'user') return step;
    return { ...step, detail: address.localPart.slice(address.localPart.indexOf('+') + 1) };
  }

  /** Who receives what is for postmaster where nobody has that name; undefined without any user. */
  async #postmaster(budget: Budget): Promise<Step | undefined> {
    const { postmaster } = this.#parts.settings();
    const login = postmaster === undefined ? undefined : this.#loginOrNothing(postmaster);
    const chosen = login && (await this.#named(login, budget));
    const isThere = chosen?.kind === 'user' ? !chosen.account.settings.isDisabled : chosen !== undefined;
    if (isThere) return chosen;
    const account = await this.#parts.lookups.firstUser(budget);
    return account && { kind: 'user', account };
  }

  async #named(login: Login, budget: Budget): Promise<Step | undefined> {
    const account = await this.#parts.lookups.account(login, budget);
    if (account !== undefined) return { kind: 'user', account };
    const alias = await this.#parts.lookups.alias(login, budget);
    return alias && { kind: 'onward', targets: alias.targets };
  }

  async #catchAll(domain: string, budget: Budget): Promise<Step | undefined> {
    const stored = await this.#parts.lookups.domain(domain as DomainName, budget);
    return stored?.catchAll === undefined ? undefined : { kind: 'onward', targets: [stored.catchAll] };
  }

  async #isLocal(domain: string, budget: Budget): Promise<boolean> {
    if (this.#parts.settings().domains.includes(domain)) return true;
    if (domain.startsWith('[')) return false; // an address literal
    return (await this.#parts.lookups.domain(domain as DomainName, budget)) !== undefined;
  }

  /** The bare postmaster's; empty where there is none. */
  async #homeDomain(budget: Budget): Promise<string> {
    return (await this.#parts.homeDomain.find(budget)) ?? '';
  }

  #loginOrNothing(text: string): Login | undefined {
    try {
      return parseLogin(text, this.#parts.spelling);
    } catch (error) {
      if (error instanceof Failure) return undefined;
      throw error;
    }
  }
}

function isPostmaster(localPart: string): boolean {
  return localPart.toLowerCase() === 'postmaster';
}
