// What follows from whatever a delivery meets: the one place where it is decided whether mail was delivered, is tried
// again, is returned, or is tried at the next host at once. Pure: a fact goes in, a verdict with its status (RFC 3463)
// comes out. Every line has its case in test/unit/relay/outcome.
//
// The lines in short. What a host refuses for good (5yz) once it speaks SMTP with us is refused for good. What it refuses
// for now (4yz), and whatever goes wrong on the way to it, sends the message to the next host, and when there is none to a
// later attempt. A host that will not serve us at all (its greeting is 5yz) says nothing about the recipients, so that is
// no refusal of theirs. Once the final dot is out nobody else is tried in this attempt: the host may have the message.
import type { HostTrouble } from '../hosts/host-search.js';
import type { RecipientEnd } from '../session/remote-session.js';
import type { Reply } from '../session/reply.js';
import type { Lack, Step, Trouble } from '../session/trouble.js';

export interface Verdict {
  readonly kind: 'delivered' | 'deferred' | 'failed';
  readonly status: string;
  /** One line for people. */
  readonly says: string;
  /** Another host of the destination may do better, and is tried before this counts. */
  readonly isNextHostTried: boolean;
}

/** Where a refusal has no enhanced status of its own: what the step suggests, behind the class. */
const SUBJECT_OF_STEP: Readonly<Record<Step, string>> = {
  connect: '4.1',
  greeting: '3.2',
  helo: '7.0',
  tls: '7.5',
  login: '7.8',
  mail: '1.0',
  recipient: '1.1',
  data: '5.0',
  content: '6.0',
  dot: '6.0',
  reset: '5.0',
};
const TOO_MANY_RECIPIENTS = '5.3';

/** Of one recipient: the host took or refused it. */
export function verdictOnEnd(end: RecipientEnd): Verdict {
  if (end.kind === 'taken') {
    return {
      kind: 'delivered',
      status: end.reply.status ?? '2.0.0',
      says: end.reply.says,
      isNextHostTried: false,
    };
  }
  return verdictOnRefusal(end.step, end.reply);
}

/** Of all recipients of a transaction, or of all that would have been tried at the host. */
export function verdictOnTrouble(trouble: Trouble): Verdict {
  switch (trouble.kind) {
    case 'refused':
      return verdictOnRefusal(trouble.step, trouble.reply);
    case 'unreachable':
      return deferred('4.4.1', trouble.says);
    case 'too-slow':
    case 'lost':
      return trouble.step === 'dot'
        ? { ...deferred('4.4.2', `${trouble.says}; the host may have the message`), isNextHostTried: false }
        : deferred('4.4.2', trouble.says);
    case 'garbage':
      return trouble.step === 'dot'
        ? { ...deferred('4.5.0', `${trouble.says}; the host may have the message`), isNextHostTried: false }
        : deferred('4.5.0', trouble.says);
    case 'insecure':
      return deferred('4.7.5', trouble.says);
    case 'lacking':
    default:
      return verdictOnLack(trouble.what);
  }
}

/** The message cannot be as it must be at this host; where no other can have it, it never will be. */
export function verdictOnLack(what: Lack): Verdict {
  const { status, says } = LACKS[what];
  return { kind: 'failed', status, says, isNextHostTried: true };
}

const LACKS: Readonly<Record<Lack, { readonly status: string; readonly says: string }>> = {
  ADDRESS: { status: '5.1.3', says: 'the address cannot be said in SMTP (RFC 5321 section 4.1.2)' },
  SMTPUTF8: { status: '5.6.7', says: 'the host does not take addresses or headers beyond ASCII (RFC 6531)' },
  '8BITMIME': { status: '5.6.3', says: 'the host does not take 8-bit content (RFC 6152)' },
  SIZE: { status: '5.3.4', says: 'the message is larger than the host takes (RFC 1870)' },
  REQUIRETLS: {
    status: '5.7.30',
    says: 'the host does not promise to keep the message encrypted (RFC 8689)',
  },
};

/** There is no host to go to. */
export function verdictOnHosts(trouble: HostTrouble): Verdict {
  switch (trouble) {
    case 'no-such-domain':
      return failed('5.1.2', 'there is no such domain');
    case 'no-mail-host':
      return failed('5.4.4', 'the domain has no mail host and no address');
    case 'no-address':
      return failed('5.4.4', 'no mail host of the domain has an address');
    case 'null-mx':
      return failed('5.1.10', 'the domain takes no mail (RFC 7505)');
    case 'own-machine':
      return failed('5.4.6', 'the mail host of the domain is this one, which does not know the domain');
    case 'loopback':
      return failed('5.4.6', 'the mail host of the domain is at a loopback address');
    case 'dns-no-answer':
    case 'dns-bad-answer':
    case 'dns-alias-loop':
    case 'dns-deadline-passed':
    case 'dns-too-busy':
    default:
      return deferred('4.4.3', `the DNS could not tell the mail hosts (${trouble.slice('dns-'.length)})`);
  }
}

/** Our own store could not give the message. */
export function verdictOnUnreadable(code: string): Verdict {
  return { ...deferred('4.3.0', `the message could not be read here (${code})`), isNextHostTried: false };
}

/** Another gateway has the queue now, which will try those that are left. */
export function verdictOnLapse(): Verdict {
  return { ...deferred('4.3.0', 'the delivery passed to another gateway'), isNextHostTried: false };
}

/** Of what several hosts brought: a last word counts; else who says later is heard before who says never. */
export function milder(before: Verdict | undefined, after: Verdict): Verdict {
  if (before === undefined || after.kind !== 'failed' || !after.isNextHostTried) return after;
  return before.kind === 'deferred' ? before : after;
}

/** The host would take the rest of the recipients in another transaction. */
export function isForAnotherTransaction({ kind, status }: Verdict): boolean {
  return kind === 'deferred' && status === `4.${TOO_MANY_RECIPIENTS}`;
}

function verdictOnRefusal(step: Step, reply: Reply): Verdict {
  const { code, status, says } = reply;
  if (isTooManyRecipients(step, reply)) return deferred(`4.${TOO_MANY_RECIPIENTS}`, says);
  if (isPermanent(step, code)) {
    return { ...failed(status ?? `5.${SUBJECT_OF_STEP[step]}`, says), isNextHostTried: step === 'helo' };
  }
  // whoever refuses for good what we do not take for that is quoted with the class that counts
  const temporary = status?.startsWith('4.') === true ? status : `4.${SUBJECT_OF_STEP[step]}`;
  return deferred(temporary, says);
}

/** Before MAIL nothing is said about the message: such a host is as good as one that is down (login: our password is old). */
function isPermanent(step: Step, code: number): boolean {
  return code >= 500 && !['connect', 'greeting', 'tls', 'login', 'reset'].includes(step);
}

/** RFC 5321 section 4.5.3.1.10: 452, and the 552 of old servers; where 552 stands for a full mailbox it says so. */
function isTooManyRecipients(step: Step, { code, status }: Reply): boolean {
  if (step !== 'recipient') return false;
  if (code === 452) return status === undefined || status === `4.${TOO_MANY_RECIPIENTS}`;
  return code === 552 && (status === undefined || status === `5.${TOO_MANY_RECIPIENTS}`);
}

function deferred(status: string, says: string): Verdict {
  return { kind: 'deferred', status, says, isNextHostTried: true };
}

function failed(status: string, says: string): Verdict {
  return { kind: 'failed', status, says, isNextHostTried: false };
}
