// What the protocols of a worker share: who may log in, where an address leads, how mail gets into mailboxes and out.
import { TimeUuidSource } from '../base/time-uuid.js';
import { HomeDomain } from '../accounts/home-domain.js';
import { HourlyAllowance } from '../accounts/hourly-allowance.js';
import { Passwords } from '../accounts/passwords.js';
import { Quotas } from '../accounts/quotas.js';
import { StoreAddressBook } from '../accounts/store-address-book.js';
import { StoreLoginCheck } from '../accounts/store-login-check.js';
import type { Config } from '../config/definition.js';
import { StoreIntake } from '../intake/store-intake.js';
import { StoreMailboxDoor } from '../mailbox/store-mailbox-door.js';
import {
  addressBookSettings,
  allowanceSettings,
  homeDomainSettings,
  loginFailureSettings,
  quotaSettings,
  settingsOf,
} from './mail-settings.js';
import type { RelayDoor } from '../queue/relay-queue.js';
import type { WorkerParts } from './worker-parts.js';

export interface MailParts {
  readonly loginCheck: StoreLoginCheck;
  readonly addressBook: StoreAddressBook;
  readonly allowance: HourlyAllowance;
  readonly intake: StoreIntake;
  readonly door: StoreMailboxDoor;
}

/** `relay`: where mail for elsewhere goes. */
export function mailParts(
  config: () => Config,
  parts: WorkerParts & { readonly relay: RelayDoor },
): MailParts {
  const { store } = parts;
  const spelling = { isLocalPartFolded: config().mailboxes.foldLocalPart };
  const quotas = new Quotas({
    ...parts,
    mailboxes: store.mailboxes,
    settings: settingsOf(config, quotaSettings),
  });
  const homeDomain = new HomeDomain({
    ...parts,
    ...store,
    settings: settingsOf(config, homeDomainSettings),
  });
  const addressBook = new StoreAddressBook({
    ...parts,
    accounts: store.accounts,
    directory: store.directory,
    quotas,
    homeDomain,
    spelling,
    settings: settingsOf(config, addressBookSettings),
  });
  return {
    addressBook,
    loginCheck: new StoreLoginCheck({
      ...parts,
      accounts: store.accounts,
      passwords: new Passwords(parts),
      homeDomain,
      spelling,
      settings: settingsOf(config, loginFailureSettings),
    }),
    allowance: new HourlyAllowance({ ...parts, settings: settingsOf(config, allowanceSettings) }),
    intake: new StoreIntake({
      ...parts,
      standing: addressBook,
      mailboxes: store.mailboxes,
      bodies: store.bodies,
      ids: new TimeUuidSource(parts.clock, parts.random),
      deliveries: quotas,
      settings: settingsOf(config, ({ mailboxes: { outbox } }) => ({ outbox })),
    }),
    door: new StoreMailboxDoor({
      ...parts,
      mailboxes: store.mailboxes,
      claims: store.claims,
      worker: parts.processName,
    }),
  };
}
