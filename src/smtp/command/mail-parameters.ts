// The parameters of MAIL, each with the rule of its RFC.
import { malformed, type ParameterCheck, type ParameterChecks } from './parameters.js';
import { decodedXtext } from '../../mail/xtext.js';
import type { Reply } from '../reply/reply.js';

export interface MailParameterFacts {
  readonly messageSizeBytes: number;
  readonly isSecure: boolean;
  /** AUTH was announced, so its parameter may be used. */
  readonly offersLogin: boolean;
}

const ENVID_OCTETS = 100; // RFC 3461 section 4.4

export function mailParameterChecks(facts: MailParameterFacts): ParameterChecks {
  const checks: [string, ParameterCheck][] = [
    ['SIZE', (value) => sizeRefusal(value, facts.messageSizeBytes)],
    ['BODY', bodyRefusal],
    ['SMTPUTF8', (value) => valueRefusal('SMTPUTF8', value)],
    ['RET', (value) => (/^(full|hdrs)$/i.test(value) ? undefined : malformed('RET is FULL or HDRS'))],
    ['ENVID', envidRefusal],
    ['REQUIRETLS', (value) => requireTlsRefusal(value, facts.isSecure)],
  ];
  if (facts.offersLogin) checks.push(['AUTH', authRefusal]);
  return new Map(checks);
}

/** RFC 1870 sections 5 and 6.1. */
function sizeRefusal(value: string, maximum: number): Reply | undefined {
  if (!/^\d{1,20}$/.test(value)) return malformed('SIZE takes a number of octets');
  if (Number(value) <= maximum) return undefined;
  return { code: 552, status: '5.3.4', text: `Message too large; at most ${maximum} octets are taken` };
}

/** RFC 6152 section 2. BINARYMIME (RFC 3030 section 3) is not announced. */
function bodyRefusal(value: string): Reply | undefined {
  if (/^(7bit|8bitmime)$/i.test(value)) return undefined;
  if (/^binarymime$/i.test(value)) return { code: 504, status: '5.5.4', text: 'BINARYMIME is not supported' };
  return malformed('BODY is 7BIT or 8BITMIME');
}

function envidRefusal(value: string): Reply | undefined {
  const isFine = value !== '' && value.length <= ENVID_OCTETS && decodedXtext(value) !== undefined;
  return isFine ? undefined : malformed('ENVID takes xtext of at most 100 characters');
}

/** RFC 4954 section 5: checked, and not believed: whom it names we cannot know. */
function authRefusal(value: string): Reply | undefined {
  if (value !== '' && decodedXtext(value) !== undefined) return undefined;
  return malformed('AUTH takes an address as xtext, or <>');
}

/** RFC 8689 sections 2 and 4.2.1: offered on an encrypted connection only. */
function requireTlsRefusal(value: string, isSecure: boolean): Reply | undefined {
  if (!isSecure) return { code: 530, status: '5.7.10', text: 'REQUIRETLS needs an encrypted connection' };
  return valueRefusal('REQUIRETLS', value);
}

function valueRefusal(keyword: string, value: string): Reply | undefined {
  return value === '' ? undefined : malformed(`${keyword} takes no value`);
}
