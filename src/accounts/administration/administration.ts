// Everything an administrator can do with users, mailboxes, aliases and domains, whoever asks for it.
import type { Budget } from '../../base/budget.js';
import { Failure } from '../../base/failure.js';
import { loginOfAddress, parseMailAddress } from '../../mail/address.js';
import { parseLogin, type Login } from '../../mail/login.js';
import { AliasAdministration } from './aliases.js';
import { DomainAdministration } from './domains.js';
import { LocalDomains } from './local-domains.js';
import { MailboxRemovals } from './mailbox-removal.js';
import { MailboxAdministration } from './mailboxes.js';
import { MessageAdministration } from './messages.js';
import type { AdministrationParts } from './parts.js';
import { TargetCheck } from './target-check.js';
import { UserAdministration } from './users.js';
import { UserRemovals } from './user-removal.js';

export interface Administration {
  readonly users: UserAdministration;
  readonly removals: UserRemovals;
  readonly mailboxes: MailboxAdministration;
  readonly mailboxRemovals: MailboxRemovals;
  readonly messages: MessageAdministration;
  readonly aliases: AliasAdministration;
  readonly domains: DomainAdministration;
  /** An address of ours as somebody typed it, the domain left out perhaps. Fails with *name-invalid* or *address-invalid*. */
  loginOf(typed: string, budget: Budget): Promise<Login>;
}

export function administrationOf(parts: AdministrationParts): Administration {
  const domains = new LocalDomains(parts);
  const directoryParts = { ...parts, domains, targets: new TargetCheck(parts, domains) };
  return {
    users: new UserAdministration(parts, domains),
    removals: new UserRemovals(parts),
    mailboxes: new MailboxAdministration(parts),
    mailboxRemovals: new MailboxRemovals(parts),
    messages: new MessageAdministration(parts.mailboxes),
    aliases: new AliasAdministration(directoryParts),
    domains: new DomainAdministration(directoryParts),
    loginOf: (typed, budget) => loginOf(typed, parts, budget),
  };
}

/** With quotes as mail has it (RFC 5321 section 4.1.2), or as it is stored. */
async function loginOf(typed: string, parts: AdministrationParts, budget: Budget): Promise<Login> {
  const spelling = parts.settings();
  const whole = typed.includes('@') ? typed : `${typed}@${await homeDomain(typed, parts, budget)}`;
  if (!whole.startsWith('"')) return parseLogin(whole, spelling);
  const login = loginOfAddress(parseMailAddress(whole, { isUtf8Allowed: true }), spelling);
  if (login === undefined) throw new Failure('name-invalid', `${typed} cannot be the address of a user`);
  return login;
}

async function homeDomain(typed: string, parts: AdministrationParts, budget: Budget): Promise<string> {
  const found = await parts.homeDomain.find(budget);
  if (found !== undefined) return found;
  throw new Failure('name-invalid', `"${typed.slice(0, 80)}" has no domain: say it as user@domain`);
}
