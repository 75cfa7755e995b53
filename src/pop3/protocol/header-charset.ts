// Whether a message may be sent to a client that has not asked for UTF-8 (RFC 6856 sections 2.1 and 4): not where its
// header has UTF-8 beyond ASCII. Octets in a header that are no UTF-8 were never internationalised mail; such old
// messages are sent as they are, as ever.
import { isAscii, isUtf8 } from 'node:buffer';

const HEADER_END = Buffer.from('\r\n\r\n');

/** Undefined: the header does not end in here. */
export function headerEnd(octets: Buffer): number | undefined {
  if (octets[0] === 0x0d && octets[1] === 0x0a) return 0;
  const at = octets.indexOf(HEADER_END);
  return at < 0 ? undefined : at + 2;
}

/** `header`: the octets before the empty line. */
export function needsUtf8Mode(header: Uint8Array): boolean {
  return !isAscii(header) && isUtf8(header);
}
