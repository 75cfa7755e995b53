// Which domains are ours: those that the configuration names, and those that were added while the service ran.
import type { Budget } from '../../base/budget.js';
import type { DomainName } from '../../mail/domain-name.js';
import type { Domain } from '../../store/types.js';
import type { AdministrationParts } from './parts.js';

export interface LocalDomain {
  readonly name: DomainName;
  readonly origin: 'configuration' | 'added';
  /** Receives what is addressed to nobody in this domain. */
  readonly catchAll: string | undefined;
}

export class LocalDomains {
  readonly #parts: Pick<AdministrationParts, 'directory' | 'settings'>;

  constructor(parts: Pick<AdministrationParts, 'directory' | 'settings'>) {
    this.#parts = parts;
  }

  /** By name. */
  async list(budget: Budget): Promise<readonly LocalDomain[]> {
    const found = new Map<DomainName, LocalDomain>();
    for (const name of this.#configured()) found.set(name, this.asLocal({ name }));
    for await (const page of this.#parts.directory.listDomains(budget)) {
      for (const domain of page) found.set(domain.name, this.asLocal(domain));
    }
    return [...found.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  async find(name: DomainName, budget: Budget): Promise<LocalDomain | undefined> {
    const stored = await this.#parts.directory.readDomain(name, budget);
    if (stored !== undefined) return this.asLocal(stored);
    return this.isConfigured(name) ? this.asLocal({ name }) : undefined;
  }

  isConfigured(name: DomainName): boolean {
    return this.#configured().includes(name);
  }

  asLocal({ name, catchAll }: Omit<Domain, 'version'>): LocalDomain {
    return { name, origin: this.isConfigured(name) ? 'configuration' : 'added', catchAll };
  }

  #configured(): readonly DomainName[] {
    return this.#parts.settings().domains as readonly DomainName[]; // parsed when the configuration was checked
  }
}
