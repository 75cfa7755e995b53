// Version 1 of the PROXY header: one line of text (section 2.1).
import { isIPv4, isIPv6 } from 'node:net';
import { visibleText } from '../base/visible-text.js';
import type { Ends } from './client-connection.js';
import { plainAddress } from './ip-address.js';
import { malformed, type ProxyReading } from './proxy-reading.js';

export const TEXT_START = Buffer.from('PROXY ');

/** CRLF included; with it the longest line of TCP6 fits as well as UNKNOWN with two full addresses. */
const LONGEST_BYTES = 107;
/** Of a line shown in the log. */
const SHOWN_CHARACTERS = 60;

/** The bytes begin with the start; a line not ended by then is none. */
export function readTextHeader(bytes: Buffer): ProxyReading {
  const end = bytes.subarray(0, LONGEST_BYTES).indexOf('\r\n');
  if (end >= 0) return readLine(bytes.toString('latin1', 0, end));
  if (bytes.length >= LONGEST_BYTES) return malformed(`no line of at most ${LONGEST_BYTES} bytes`);
  return { state: 'incomplete', bytes: bytes.length + 1 };
}

function readLine(line: string): ProxyReading {
  const bytes = line.length + 2;
  const [, protocol, ...words] = line.split(' ');
  if (protocol === 'UNKNOWN') return { state: 'complete', bytes }; // whatever follows is to be ignored
  const isAddress = protocol === 'TCP4' ? isIPv4 : protocol === 'TCP6' ? isIPv6Alone : undefined;
  const ends = isAddress === undefined ? undefined : readEnds(words, isAddress);
  if (ends === undefined) return malformed(`not a line of version 1: ${visibleText(line, SHOWN_CHARACTERS)}`);
  return { state: 'complete', bytes, ends };
}

function readEnds(words: readonly string[], isAddress: (text: string) => boolean): Ends | undefined {
  const [client = '', local = '', clientPort = '', localPort = '', ...more] = words;
  const isWhole = [client, local].every(isAddress) && [clientPort, localPort].every(isPort);
  if (!isWhole || more.length > 0) return undefined;
  return {
    client: { address: plainAddress(client), port: Number(clientPort) },
    local: { address: plainAddress(local), port: Number(localPort) },
  };
}

function isIPv6Alone(text: string): boolean {
  return isIPv6(text) && !text.includes('%');
}

/** Without leading zeros, which somebody could take for octal. */
function isPort(text: string): boolean {
  return /^(0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 65_535;
}
