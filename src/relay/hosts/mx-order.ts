// The MX records of a domain as the order in which its hosts are tried (RFC 5321 section 5.1): the preferred first, equal
// ones in random order, so that senders spread over them; each host once, and so many hosts and no more, since a zone may
// list thousands. Nothing is asked for here.
import type { Random } from '../../base/random.js';
import type { MxRecord } from '../../net/dns/dns.js';

export type MxOrder =
  /** By preference; the hosts of one level in random order. */
  | { readonly kind: 'levels'; readonly levels: readonly (readonly string[])[] }
  /** The domain says that it takes no mail (RFC 7505). */
  | { readonly kind: 'null-mx' }
  /** We are the best host of this domain, and it is not one that we deliver to. */
  | { readonly kind: 'ourselves' };

export interface MxOrderOptions {
  readonly isOurName: (name: string) => boolean;
  /** Hosts in all. */
  readonly most: number;
}

export function mxOrder(records: readonly MxRecord[], options: MxOrderOptions, random: Random): MxOrder {
  if (records.length === 1 && records[0]?.exchange === '') return { kind: 'null-mx' };
  const named = records.filter(({ exchange }) => exchange !== '');
  const limit = Math.min(
    ...named.filter(({ exchange }) => options.isOurName(exchange)).map(({ preference }) => preference),
  );
  const better = named.filter(({ preference }) => preference < limit);
  if (better.length === 0) return { kind: named.length === 0 ? 'null-mx' : 'ourselves' };
  return { kind: 'levels', levels: bounded(levelsOf(better, random), options.most) };
}

function levelsOf(records: readonly MxRecord[], random: Random): string[][] {
  const preferences = new Map<string, number>(); // of several records for one host the best counts
  for (const { exchange, preference } of records) {
    preferences.set(exchange, Math.min(preference, preferences.get(exchange) ?? preference));
  }
  const levels = new Map<number, string[]>();
  for (const [exchange, preference] of preferences) {
    const level = levels.get(preference);
    if (level === undefined) levels.set(preference, [exchange]);
    else level.push(exchange);
  }
  return [...levels].toSorted(([a], [b]) => a - b).map(([, names]) => shuffled(names, random));
}

function bounded(levels: readonly (readonly string[])[], most: number): string[][] {
  let room = most;
  return levels.flatMap((names) => {
    const taken = names.slice(0, room);
    room -= taken.length;
    return taken.length === 0 ? [] : [taken];
  });
}

/** Fisher and Yates: every order is as likely as any other. */
export function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  const rest = [...items];
  return items.map(() => {
    const [item] = rest.splice(Math.floor(random.fraction() * rest.length), 1);
    return item as Item; // there is one for each turn
  });
}
