// XCLIENT (Postfix's XCLIENT_README): what a proxy that we trust says about the client behind it. A login is not taken
// from it: nobody sends as a user without that user's password.
import { isIP } from 'node:net';
import { decodedXtext } from '../../mail/xtext.js';

export interface XclientAttributes {
  readonly address?: string;
  readonly port?: number;
  readonly helo?: string;
  readonly isExtended?: boolean;
}

const KNOWN = /^(NAME|ADDR|PORT|PROTO|HELO|LOGIN|DESTADDR|DESTPORT)=(\S*)$/i;
const UNAVAILABLE = new Set(['[UNAVAILABLE]', '[TEMPUNAVAIL]']);

/** Undefined: one of them cannot be read, and none is believed. */
export function parseXclient(argument: string): XclientAttributes | 'login' | undefined {
  const attributes: { -readonly [Name in keyof XclientAttributes]: XclientAttributes[Name] } = {};
  const words = argument.split(/ +/).filter((word) => word !== '');
  for (const word of words) {
    const [, name = '', encoded = ''] = KNOWN.exec(word) ?? [];
    const value = decodedXtext(encoded);
    if (name === '' || value === undefined) return undefined;
    if (UNAVAILABLE.has(value.toUpperCase()) || value === '') continue;
    if (name.toUpperCase() === 'LOGIN') return 'login';
    if (!assign(attributes, name.toUpperCase(), value)) return undefined;
  }
  return words.length === 0 ? undefined : attributes;
}

/** NAME, DESTADDR and DESTPORT are understood and not used: we look no names up and answer alike on every port. */
function assign(
  attributes: { -readonly [Name in keyof XclientAttributes]: XclientAttributes[Name] },
  name: string,
  value: string,
): boolean {
  if (name === 'ADDR') {
    const address = value.replace(/^ipv6:/i, '');
    if (isIP(address) === 0) return false;
    attributes.address = address;
  } else if (name === 'PORT') {
    if (!/^\d{1,5}$/.test(value) || Number(value) > 65_535) return false;
    attributes.port = Number(value);
  } else if (name === 'HELO') {
    attributes.helo = value;
  } else if (name === 'PROTO') {
    if (!/^e?smtp$/i.test(value)) return false;
    attributes.isExtended = /^esmtp$/i.test(value);
  }
  return true;
}
