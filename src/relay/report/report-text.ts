// What a delivery report says to a person: in plain words, the worst first, with what the other host said.
import { visibleText } from '../../base/visible-text.js';
import { internetDate } from '../../mail/internet-date.js';
import type { ReportedAction, ReportedRecipient } from '../dispatch/settlement.js';

export interface ReportTextFacts {
  readonly hostname: string;
  readonly message: string;
  readonly acceptedAtMs: number;
  readonly giveUpAtMs: number;
  readonly recipients: readonly ReportedRecipient[];
}

const LINE_CHARACTERS = 200;
/** Of what a host says. */
const MOST_CHARACTERS = 1000;

const SUBJECTS: Readonly<Record<ReportedAction, string>> = {
  failed: 'Your message could not be delivered',
  delayed: 'Your message is delayed',
  delivered: 'Your message was delivered',
  relayed: 'Your message was passed on',
};

export function reportSubject(action: ReportedAction): string {
  return SUBJECTS[action];
}

/** Lines without their ends. */
export function reportText(action: ReportedAction, facts: ReportTextFacts): readonly string[] {
  const { hostname, message, acceptedAtMs, giveUpAtMs, recipients } = facts;
  return [
    `This is the mail system at ${hostname}.`,
    '',
    ...OPENINGS[action](internetDate(giveUpAtMs)),
    '',
    ...recipients.flatMap(recipientLines),
    `The message was accepted on ${internetDate(acceptedAtMs)} as ${message}.`,
  ];
}

type Opening = (giveUpAt: string) => readonly string[];

const OPENINGS: Readonly<Record<ReportedAction, Opening>> = {
  failed: () => [
    'Your message could not be delivered to the recipients below,',
    'and will not be tried again.',
  ],
  delayed: (giveUpAt) => [
    'Your message has not been delivered to the recipients below yet.',
    `It will be tried until ${giveUpAt}; you need do nothing.`,
  ],
  delivered: () => ['Your message is in the mailboxes of the recipients below.'],
  relayed: () => [
    'Your message was passed on to the hosts of the recipients below,',
    'which do not tell what becomes of it: you will hear no more from here.',
  ],
};

function recipientLines({ recipient, diagnosis }: ReportedRecipient): readonly string[] {
  const { host, status, says } = diagnosis;
  const who = host === undefined ? `  ${status}: ${says}` : `  ${status}: ${host} said: ${says}`;
  return [`<${recipient.address}>`, ...folded(visibleText(who, MOST_CHARACTERS)), ''];
}

/** Well below 998 octets (RFC 5322 section 2.1.1). */
function folded(text: string): readonly string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > LINE_CHARACTERS) {
    lines.push(rest.slice(0, LINE_CHARACTERS));
    rest = `    ${rest.slice(LINE_CHARACTERS)}`;
  }
  return [...lines, rest];
}
