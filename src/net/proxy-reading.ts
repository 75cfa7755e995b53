// What the bytes that have come so far say as a PROXY header.
import type { Ends } from './client-connection.js';

export type ProxyReading =
  /** `bytes`: how many there must be, those that have come included, before it makes sense to look again. */
  | { readonly state: 'incomplete'; readonly bytes: number }
  | { readonly state: 'malformed'; readonly says: string }
  /** `bytes`: the length of the header. No `ends`: those of the connection itself hold, as in a health check. */
  | { readonly state: 'complete'; readonly bytes: number; readonly ends?: Ends };

export function malformed(says: string): ProxyReading & { state: 'malformed' } {
  return { state: 'malformed', says };
}
