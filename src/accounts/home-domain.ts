// The domain of a name without one (`anne`, `postmaster`): the configured one; else the only one that was added; of
// several the first user's, which adding another one doesn't change. A few seconds old at most.
import type { Budget } from '../base/budget.js';
import { domainOf } from '../mail/login.js';
import type { DomainName } from '../mail/domain-name.js';
import type { DirectoryStore } from '../store/api/directory.js';
import { BriefMemory } from './brief-memory.js';
import { FirstUser, type FirstUserParts } from './first-user.js';

const REMEMBERED = { most: 1, knownMs: 5000, unknownMs: 1000 };

export interface HomeDomainSettings {
  /** As configured; undefined: what the store knows decides. */
  readonly defaultDomain: string | undefined;
}

export interface HomeDomainParts extends FirstUserParts {
  readonly directory: Pick<DirectoryStore, 'listDomains'>;
  readonly settings: () => HomeDomainSettings;
}

export class HomeDomain {
  readonly #parts: HomeDomainParts;
  readonly #firstUser: FirstUser;
  readonly #memory: BriefMemory<string>;

  constructor(parts: HomeDomainParts) {
    this.#parts = parts;
    this.#firstUser = new FirstUser(parts);
    this.#memory = new BriefMemory(REMEMBERED, parts);
  }

  /** Undefined: a name without a domain is nobody's. */
  async find(budget: Budget): Promise<string | undefined> {
    const { defaultDomain } = this.#parts.settings();
    return defaultDomain ?? this.#memory.get('', budget, () => this.#known(budget));
  }

  async #known(budget: Budget): Promise<string | undefined> {
    const names = new Set<DomainName>();
    for await (const page of this.#parts.directory.listDomains(budget)) {
      for (const { name } of page) names.add(name);
    }
    const [only] = names;
    if (names.size < 2) return only;
    const user = await this.#firstUser.login(budget);
    if (user === undefined) return undefined;
    const domain = domainOf(user);
    return names.has(domain) ? domain : undefined;
  }
}
