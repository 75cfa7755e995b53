// The machine's part of a delivery report (RFC 3464 section 2; RFC 6533 where addresses are not ASCII).
import { internetDate } from '../../mail/internet-date.js';
import { isAscii } from '../../mail/ascii.js';
import { visibleText } from '../../base/visible-text.js';
import { decodedXtext } from '../../mail/xtext.js';
import type { ReportedRecipient } from '../dispatch/settlement.js';

export interface StatusFacts {
  readonly hostname: string;
  /** As ENVID gave it, in xtext. */
  readonly envelopeId: string | undefined;
  readonly acceptedAtMs: number;
  readonly giveUpAtMs: number;
  readonly nowMs: number;
  readonly recipients: readonly ReportedRecipient[];
}

const VALUE_CHARACTERS = 700;

/** Lines without their ends: one group for the message, one for each recipient with an empty line before it. */
export function statusFields(facts: StatusFacts): readonly string[] {
  const { hostname, envelopeId, acceptedAtMs, recipients } = facts;
  const envelope = envelopeId === undefined ? undefined : decodedXtext(envelopeId);
  return [
    ...(envelope === undefined ? [] : [field('Original-Envelope-Id', envelope)]),
    field('Reporting-MTA', `dns; ${hostname}`),
    field('Arrival-Date', internetDate(acceptedAtMs)),
    ...recipients.flatMap((recipient) => recipientFields(recipient, facts)),
  ];
}

function recipientFields(
  { recipient, action, diagnosis }: ReportedRecipient,
  { nowMs, giveUpAtMs }: StatusFacts,
): readonly string[] {
  const { host, status, says } = diagnosis;
  const original = originalRecipient(recipient.parameters['ORCPT']);
  return [
    '',
    ...(original === undefined ? [] : [field('Original-Recipient', original)]),
    field('Final-Recipient', `${addressType(recipient.address)}; ${recipient.address}`),
    field('Action', action),
    field('Status', status),
    ...(host === undefined ? [] : [field('Remote-MTA', `dns; ${host}`)]),
    field('Diagnostic-Code', host === undefined ? `X-CassMail; ${says}` : `smtp; ${says}`),
    field('Last-Attempt-Date', internetDate(nowMs)),
    ...(action === 'delayed' ? [field('Will-Retry-Until', internetDate(giveUpAtMs))] : []),
  ];
}

/** `rfc822;anne+2Bbox@example.com` is `rfc822; anne+box@example.com` here. */
function originalRecipient(orcpt: string | undefined): string | undefined {
  const [, type, address] = /^([^;]+);(.*)$/.exec(orcpt ?? '') ?? [];
  if (type === undefined || address === undefined) return undefined;
  const plain = type.toLowerCase() === 'utf-8' ? address : decodedXtext(address);
  return plain === undefined ? undefined : `${type}; ${plain}`;
}

function addressType(address: string): 'rfc822' | 'utf-8' {
  return isAscii(address) ? 'rfc822' : 'utf-8';
}

/** On one line, without anything that could end it. */
function field(name: string, value: string): string {
  return `${name}: ${visibleText(value, VALUE_CHARACTERS)}`;
}
