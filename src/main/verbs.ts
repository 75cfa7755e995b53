// All verbs of `cassmail`, in the order that help shows them.
import { schemaVerbs } from '../app/schema-verbs.js';
import { systemTimers, type Timers } from '../base/clock.js';
import type { Surroundings } from '../base/surroundings.js';
import type { Verb } from '../base/verb.js';
import { startVerb } from '../app/start-verb.js';
import { configVerbs } from '../cli/config-verbs.js';
import { aliasVerbs, domainVerbs } from '../cli/node/directory-verbs.js';
import { mailboxVerbs } from '../cli/node/mailbox-verbs.js';
import { reloadVerb, statusVerb } from '../cli/node/status-verbs.js';
import { userVerbs } from '../cli/node/user-verbs.js';
import { ringVerbs } from '../lab/ring/verbs.js';

/** What the verbs that share a first word are about. */
export const verbGroups: Readonly<Record<string, string>> = {
  user: 'people with a login and mailboxes',
  mailbox: 'the mailboxes of a user',
  alias: 'addresses that stand for others',
  domain: 'domains whose mail is for mailboxes here',
  config: 'look at the configuration',
  ring: 'a real Cassandra ring on this machine',
  schema: 'the tables of the ring',
};

export function allVerbs(surroundings: Surroundings, timers: Timers = systemTimers): readonly Verb[] {
  return [
    startVerb(surroundings),
    statusVerb(surroundings),
    ...userVerbs(surroundings, timers),
    ...mailboxVerbs(surroundings),
    ...aliasVerbs(surroundings),
    ...domainVerbs(surroundings),
    ...configVerbs(surroundings),
    reloadVerb(surroundings),
    ...schemaVerbs(surroundings),
    ...ringVerbs(surroundings),
  ];
}
