// Version 2 of the PROXY header: a fixed part, two ends, and records of type, length and value, of which we know the
// checksum only (section 2.2).
import type { Ends } from './client-connection.js';
import { crc32c } from './crc32c.js';
import { addressText } from './ip-address.js';
import { malformed, type ProxyReading } from './proxy-reading.js';

export const BINARY_START = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');

const COMMAND_AT = 12;
const FAMILY_AT = 13;
const LENGTH_AT = 14;
/** The length says how many follow: 65,535 at most, which bounds the whole header. */
const FIXED_BYTES = 16;

const VERSION = 2;
const LOCAL = 0;
const PROXY = 1;

/** In the upper half of the family's octet. */
const FAMILIES = [
  { name: 'unspecified', bytes: 0 },
  { name: 'IPv4', bytes: 12, addressBytes: 4 },
  { name: 'IPv6', bytes: 36, addressBytes: 16 },
  { name: 'UNIX', bytes: 216 },
] as const;
/** In the lower half. */
const STREAM = 1;
const HIGHEST_TRANSPORT = 2;

const CHECKSUM_TYPE = 0x03;
const CHECKSUM_BYTES = 4;
const RECORD_HEAD_BYTES = 3;

/** The bytes begin with the start. */
export function readBinaryHeader(bytes: Buffer): ProxyReading {
  if (bytes.length < FIXED_BYTES) return { state: 'incomplete', bytes: FIXED_BYTES };
  const command = bytes.readUInt8(COMMAND_AT);
  if (command >> 4 !== VERSION) return malformed(`version ${command >> 4}`);
  const wholeBytes = FIXED_BYTES + bytes.readUInt16BE(LENGTH_AT);
  if (bytes.length < wholeBytes) return { state: 'incomplete', bytes: wholeBytes };
  const header = bytes.subarray(0, wholeBytes);
  if ((command & 0x0f) === LOCAL) return { state: 'complete', bytes: wholeBytes }; // the rest is to be discarded
  return (command & 0x0f) === PROXY ? readProxied(header) : malformed(`command ${command & 0x0f}`);
}

function readProxied(header: Buffer): ProxyReading {
  const octet = header.readUInt8(FAMILY_AT);
  const family = FAMILIES[octet >> 4];
  const transport = octet & 0x0f;
  if (family === undefined || transport > HIGHEST_TRANSPORT)
    return malformed(`family and transport ${octet}`);
  const bytes = header.length;
  if (family.name === 'unspecified') return { state: 'complete', bytes };
  if (bytes < FIXED_BYTES + family.bytes) return malformed(`too short for ${family.name}`);
  const fault = recordsFault(header, FIXED_BYTES + family.bytes);
  if (fault !== undefined) return malformed(fault);
  // A datagram or a UNIX socket behind a mail client: nothing that we could make use of, and nothing wrong either.
  if (family.name === 'UNIX' || transport !== STREAM) return { state: 'complete', bytes };
  return { state: 'complete', bytes, ends: readEnds(header.subarray(FIXED_BYTES), family.addressBytes) };
}

/** Client's address, local address, client's port, local port. */
function readEnds(block: Buffer, addressBytes: number): Ends {
  return {
    client: {
      address: addressText([...block.subarray(0, addressBytes)]),
      port: block.readUInt16BE(2 * addressBytes),
    },
    local: {
      address: addressText([...block.subarray(addressBytes, 2 * addressBytes)]),
      port: block.readUInt16BE(2 * addressBytes + 2),
    },
  };
}

/** What is wrong with the records after the ends, or undefined. */
function recordsFault(header: Buffer, start: number): string | undefined {
  for (let at = start; at < header.length;) {
    if (at + RECORD_HEAD_BYTES > header.length) return 'a record is cut off';
    const valueAt = at + RECORD_HEAD_BYTES;
    const end = valueAt + header.readUInt16BE(at + 1);
    if (end > header.length) return 'a record is cut off';
    if (header.readUInt8(at) === CHECKSUM_TYPE && !isChecksumRight(header, valueAt, end)) {
      return 'the checksum is wrong';
    }
    at = end;
  }
  return undefined;
}

/** Of the whole header with zeros in the checksum's place (section 2.2.3). */
function isChecksumRight(header: Buffer, valueAt: number, end: number): boolean {
  if (end - valueAt !== CHECKSUM_BYTES) return false;
  const zeroed = Buffer.from(header);
  zeroed.fill(0, valueAt, end);
  return crc32c(zeroed) === header.readUInt32BE(valueAt);
}
