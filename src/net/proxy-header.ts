// The header that a load balancer sends before anything else, to say who is behind it ("The PROXY protocol, versions 1
// and 2", Willy Tarreau, doc/proxy-protocol.txt of HAProxy). A pure function of the bytes that have come so far. What
// comes after the header is not looked at.
import { BINARY_START, readBinaryHeader } from './proxy-binary-header.js';
import { malformed, type ProxyReading } from './proxy-reading.js';
import { readTextHeader, TEXT_START } from './proxy-text-header.js';

const VERSIONS = [
  { start: TEXT_START, read: readTextHeader },
  { start: BINARY_START, read: readBinaryHeader },
];

export function readProxyHeader(bytes: Buffer): ProxyReading {
  for (const { start, read } of VERSIONS) {
    const seen = bytes.subarray(0, start.length);
    if (!seen.equals(start.subarray(0, seen.length))) continue;
    return seen.length < start.length ? { state: 'incomplete', bytes: seen.length + 1 } : read(bytes);
  }
  return malformed('it does not begin like a PROXY header');
}
