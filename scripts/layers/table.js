// Which part of src/ may import which: the table of the architecture, read from the top down. A name is a folder, or a
// file without its ending; what is allowed is that folder or file, not the rest of its layer.

const PARTS = {
  base: [],
  mail: ['base'],
  config: ['base', 'mail'],
  net: ['base'],

  'store/types': ['base', 'mail'],
  'store/api': ['base', 'mail', 'store/types'],
  'store/relay-codec': ['base', 'store/types'],
  'store/embedded': ['base', 'mail', 'store/api', 'store/types', 'store/relay-codec'],
  'store/cassandra': ['base', 'mail', 'store/api', 'store/types', 'store/relay-codec'],

  accounts: ['base', 'mail', 'store/api', 'store/types'],
  mailbox: ['base', 'mail', 'store/api', 'store/types'],
  queue: ['base', 'mail', 'store/api', 'store/types'],
  intake: ['base', 'mail', 'accounts', 'mailbox', 'queue', 'store/api', 'store/types'],

  checks: ['base', 'mail', 'net'],
  relay: ['base', 'mail', 'net', 'checks', 'queue', 'intake/intake', 'store/types'],
  smtp: ['base', 'mail', 'net', 'checks', 'accounts', 'intake'],
  pop3: ['base', 'mail', 'net', 'accounts', 'mailbox'],
  admin: ['base', 'mail', 'net', 'accounts', 'mailbox', 'queue', 'relay/status', 'config/print'],
  dashboard: ['admin/api'],
};

export const LAYERS = {
  ...PARTS,
  cli: ['base', 'mail', 'config', 'admin/api'],
  lab: ['base', 'mail', 'config'],
  app: Object.keys(PARTS),
  main: ['base', 'cli', 'lab', 'app'],
};

/** Time, chance and surroundings are arguments; only these layers read the real ones. */
export const MAY_READ_THE_WORLD = ['base', 'app', 'lab'];

/** The layer of a file such as `store/api/store.ts`, or undefined. */
export function layerOf(file) {
  return Object.keys(LAYERS).find((layer) => isWithin(file, layer));
}

/** Whether the file is what `name` names, or inside it. */
export function isWithin(file, name) {
  return file === `${name}.ts` || file.startsWith(`${name}/`);
}
