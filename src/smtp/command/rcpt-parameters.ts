// The parameters of RCPT: those of delivery reports (RFC 3461 sections 4.1 and 4.2, RFC 6533 section 3).
import { malformed, type ParameterChecks } from './parameters.js';
import { decodedXtext } from '../../mail/xtext.js';
import type { Reply } from '../reply/reply.js';

const NOTIFY = /^(never|(success|failure|delay)(,(success|failure|delay))*)$/i;
const ORCPT_OCTETS = 500;
const ORCPT = /^([A-Za-z0-9][A-Za-z0-9-]*);(.+)$/;
/** RFC 6533 section 3: `\x{…}` for what is not ASCII, or, under SMTPUTF8, the character itself. */
const UTF8_ADDRESS =
  /^(?:[\x21-\x2a\x2c-\x3c\x3e-\x5b\x5d-\x7e]|\+[0-9A-F]{2}|\\x\{[0-9A-F]{2,6}\}|\P{ASCII})+$/u;

export function rcptParameterChecks(): ParameterChecks {
  return CHECKS;
}

const CHECKS: ParameterChecks = new Map([
  ['NOTIFY', notifyRefusal],
  ['ORCPT', orcptRefusal],
]);

function notifyRefusal(value: string): Reply | undefined {
  return NOTIFY.test(value)
    ? undefined
    : malformed('NOTIFY is NEVER alone, or a list of SUCCESS, FAILURE, DELAY');
}

function orcptRefusal(value: string): Reply | undefined {
  const [, type = '', address = ''] = ORCPT.exec(value) ?? [];
  const isFine =
    Buffer.byteLength(value) <= ORCPT_OCTETS &&
    (type.toLowerCase() === 'utf-8'
      ? UTF8_ADDRESS.test(address)
      : address !== '' && decodedXtext(address) !== undefined);
  return isFine ? undefined : malformed('ORCPT takes an address type, ";" and an address as xtext');
}
