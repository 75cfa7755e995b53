// Everything an administrator can do with users, mailboxes, aliases and domains, whoever asks for it.
import { Failure } from '../../base/failure.js';
import { loginOfAddress, parseMailAddress } from '../../mail/address.js';
import { parseLogin, type Login, type LoginSpelling } from '../../mail/login.js';
import { AliasAdministration } from './aliases.js';
import { DomainAdministration } from './domains.js';
import { LocalDomains } from './local-domains.js';
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
  readonly messages: MessageAdministration;
  readonly aliases: AliasAdministration;
  readonly domains: DomainAdministration;
  /** An address of ours as somebody typed it. Fails with *name-invalid* or *address-invalid*. */
  loginOf(typed: string): Login;
}

export function administrationOf(parts: AdministrationParts): Administration {
  const domains = new LocalDomains(parts);
  const targets = new TargetCheck(parts, domains);
  return {
    users: new UserAdministration(parts, domains),
    removals: new UserRemovals(parts),
    mailboxes: new MailboxAdministration(parts),
    messages: new MessageAdministration(parts.mailboxes),
    aliases: new AliasAdministration(parts, domains, targets),
    domains: new DomainAdministration(parts, domains, targets),
    loginOf: (typed) => loginOf(typed, parts.settings()),
  };
}

/** With quotes as mail has it (RFC 5321 section 4.1.2), or as it is stored and shown. */
function loginOf(typed: string, spelling: LoginSpelling): Login {
  if (!typed.startsWith('"')) return parseLogin(typed, spelling);
  const login = loginOfAddress(parseMailAddress(typed, { isUtf8Allowed: true }), spelling);
  if (login === undefined) throw new Failure('name-invalid', `${typed} cannot be the address of a user`);
  return login;
}
