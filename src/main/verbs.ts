// All verbs of `cassmail`, in the order that help shows them.
import { schemaVerbs } from '../app/schema-verbs.js';
import type { Surroundings } from '../base/surroundings.js';
import type { Verb } from '../base/verb.js';
import { startVerb } from '../app/start-verb.js';
import { configVerbs } from '../cli/config-verbs.js';
import { ringVerbs } from '../lab/ring/verbs.js';

/** What the verbs that share a first word are about. */
export const verbGroups: Readonly<Record<string, string>> = {
  config: 'look at the configuration',
  ring: 'a real Cassandra ring on this machine',
  schema: 'the tables of the ring',
};

export function allVerbs(surroundings: Surroundings): readonly Verb[] {
  return [
    startVerb(surroundings),
    ...configVerbs(surroundings),
    ...schemaVerbs(surroundings),
    ...ringVerbs(surroundings),
  ];
}
