// What the verbs that share a first word are about.

export const verbGroups = {
  config: 'look at the configuration',
  ring: 'a real Cassandra ring on this machine',
  schema: 'the tables of the ring',
} as const;
