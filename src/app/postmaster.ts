// Who receives what is addressed to postmaster, found by the rules that mail follows.
import type { Budget } from '../base/budget.js';
import { AddressSteps } from '../accounts/address-steps.js';
import type { HomeDomain } from '../accounts/home-domain.js';
import { Lookups } from '../accounts/lookups.js';
import type { Config } from '../config/definition.js';
import { parseMailAddress } from '../mail/address.js';
import { addressBookSettings } from './mail-settings.js';
import type { NodeParts } from './node-parts.js';

export type FindPostmaster = (budget: Budget) => Promise<string | undefined>;

/** As one text, where it is an alias of several; undefined while there is no user. */
export function postmasterOf(
  config: () => Config,
  { store, ...parts }: NodeParts & { readonly homeDomain: HomeDomain },
): FindPostmaster {
  const steps = new AddressSteps({
    ...parts,
    lookups: new Lookups({ ...parts, ...store }),
    spelling: { isLocalPartFolded: config().mailboxes.foldLocalPart },
    settings: () => addressBookSettings(config()),
  });
  const postmaster = parseMailAddress('postmaster', { isUtf8Allowed: false });
  return async (budget) => {
    const step = await steps.from(postmaster, budget);
    if (step.kind === 'user') return step.account.login;
    return step.kind === 'onward' ? step.targets.join(', ') : undefined;
  };
}
