// Where an alias or a catch-all may lead: any well-formed address elsewhere; here, one at which somebody is. A slip of
// the finger is found when it is made and not when mail gets lost.
import type { Budget } from '../../base/budget.js';
import { Failure } from '../../base/failure.js';
import { loginOfAddress, parseMailAddress, type MailAddress } from '../../mail/address.js';
import type { DomainName } from '../../mail/domain-name.js';
import { asciiLowerCase, type Login } from '../../mail/login.js';
import type { LocalDomains } from './local-domains.js';
import type { AdministrationParts } from './parts.js';

type Parts = Pick<AdministrationParts, 'accounts' | 'directory' | 'settings'>;

export class TargetCheck {
  readonly #parts: Parts;
  readonly #domains: LocalDomains;

  constructor(parts: Parts, domains: LocalDomains) {
    this.#parts = parts;
    this.#domains = domains;
  }

  /** The target in the spelling that is kept. Fails with *address-invalid* or *target-unknown*. */
  async checked(target: string, budget: Budget): Promise<string> {
    const address = parseMailAddress(target, { isUtf8Allowed: true });
    if (address.domain === '') throw new Failure('address-invalid', `"${target}" is without a domain`);
    const domain = await this.#domains.find(address.domain as DomainName, budget); // a literal is not found
    if (domain === undefined) return address.text; // elsewhere the case may matter (RFC 5321 section 2.4)
    if (domain.catchAll === undefined && !(await this.#isSomebody(address, budget))) {
      throw new Failure('target-unknown', `there is neither a user nor an alias ${address.text}`);
    }
    return this.#parts.settings().isLocalPartFolded ? asciiLowerCase(address.text) : address.text;
  }

  async #isSomebody(address: MailAddress, budget: Budget): Promise<boolean> {
    const login = loginOfAddress(address, this.#parts.settings());
    if (login === undefined) return false;
    for (const name of new Set([login, withoutDetail(login)])) {
      if ((await this.#parts.accounts.read(name, budget)) !== undefined) return true;
      if ((await this.#parts.directory.readAlias(name, budget)) !== undefined) return true;
    }
    return false;
  }
}

/** `anne+lists@…` is anne's. */
function withoutDetail(login: Login): Login {
  return login.replace(/^([^+@]+)\+[^@]*(?=@)/, '$1') as Login; // a shorter local part of the same characters
}
