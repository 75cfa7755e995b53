// What domains and aliases are administered with.
import type { LocalDomains } from './local-domains.js';
import type { AdministrationParts } from './parts.js';
import type { TargetCheck } from './target-check.js';

export interface DirectoryParts extends Pick<AdministrationParts, 'accounts' | 'directory'> {
  readonly domains: LocalDomains;
  readonly targets: TargetCheck;
}
