import { describe, expect, it } from '@jest/globals';
import type { HostTrouble } from '../../../../src/relay/hosts/host-search.js';
import {
  isForAnotherTransaction,
  milder,
  verdictOnEnd,
  verdictOnHosts,
  verdictOnTrouble,
  verdictOnUnreadable,
  type Verdict,
} from '../../../../src/relay/outcome/outcome-policy.js';
import { readReply, type Reply } from '../../../../src/relay/session/reply.js';
import type { Lack, Step, Trouble } from '../../../../src/relay/session/trouble.js';

function replied(text: string): Reply {
  const reply = readReply(text);
  if (reply === undefined) throw new Error(`no reply: ${text}`);
  return reply;
}

function brief({ kind, status, isNextHostTried }: Verdict) {
  return `${kind} ${status}${isNextHostTried ? ', next host' : ''}`;
}

describe('what a host says of a recipient', () => {
  it.each<[Step, string, string]>([
    ['mail', '451 4.3.0 Later', 'deferred 4.3.0, next host'],
    ['mail', '450 Later', 'deferred 4.1.0, next host'],
    ['mail', '550 5.7.1 No', 'failed 5.7.1'],
    ['mail', '554 No', 'failed 5.1.0'],
    ['recipient', '450 4.7.1 Greylisted', 'deferred 4.7.1, next host'],
    ['recipient', '451 Later', 'deferred 4.1.1, next host'],
    ['recipient', '452 4.2.2 Full', 'deferred 4.2.2, next host'],
    ['recipient', '452 Too many', 'deferred 4.5.3, next host'],
    ['recipient', '452 4.5.3 Too many', 'deferred 4.5.3, next host'],
    ['recipient', '552 Too many recipients', 'deferred 4.5.3, next host'],
    ['recipient', '552 5.2.2 Full', 'failed 5.2.2'],
    ['recipient', '550 5.1.1 Nobody', 'failed 5.1.1'],
    ['recipient', '550 Nobody', 'failed 5.1.1'],
    ['recipient', '550 4.1.1 Of two minds', 'failed 5.1.1'],
    ['data', '451 Later', 'deferred 4.5.0, next host'],
    ['data', '554 No', 'failed 5.5.0'],
    ['dot', '451 4.7.1 Later', 'deferred 4.7.1, next host'],
    ['dot', '452 Full', 'deferred 4.6.0, next host'],
    ['dot', '554 5.7.1 Spam', 'failed 5.7.1'],
    ['dot', '552 Too large', 'failed 5.6.0'],
    ['helo', '450 Later', 'deferred 4.7.0, next host'],
    ['helo', '550 5.7.1 Not you', 'failed 5.7.1, next host'],
    ['greeting', '421 Busy', 'deferred 4.3.2, next host'],
    ['greeting', '554 5.7.1 Not you', 'deferred 4.3.2, next host'],
    ['tls', '454 Not now', 'deferred 4.7.5, next host'],
    ['login', '535 5.7.8 Wrong', 'deferred 4.7.8, next host'],
    ['reset', '550 What', 'deferred 4.5.0, next host'],
  ])('at %s: %s is %s', (step, text, expected) => {
    const reply = replied(text);
    expect(brief(verdictOnEnd({ kind: 'refused', step, reply }))).toBe(expected);
    expect(brief(verdictOnTrouble({ kind: 'refused', step, reply }))).toBe(expected);
  });

  it('is believed when it takes the message', () => {
    const taken = verdictOnEnd({ kind: 'taken', reply: replied('250 2.6.0 Queued as 1') });
    expect(taken).toEqual({
      kind: 'delivered',
      status: '2.6.0',
      says: '250 2.6.0 Queued as 1',
      isNextHostTried: false,
    });
    expect(brief(verdictOnEnd({ kind: 'taken', reply: replied('250') }))).toBe('delivered 2.0.0');
  });
});

describe('what goes wrong with a host', () => {
  it.each<[Trouble, string]>([
    [{ kind: 'unreachable', step: 'connect', says: 'x' }, 'deferred 4.4.1, next host'],
    [{ kind: 'too-slow', step: 'greeting', says: 'x' }, 'deferred 4.4.2, next host'],
    [{ kind: 'too-slow', step: 'content', says: 'x' }, 'deferred 4.4.2, next host'],
    [{ kind: 'too-slow', step: 'dot', says: 'x' }, 'deferred 4.4.2'],
    [{ kind: 'lost', step: 'mail', says: 'x' }, 'deferred 4.4.2, next host'],
    [{ kind: 'lost', step: 'dot', says: 'x' }, 'deferred 4.4.2'],
    [{ kind: 'garbage', step: 'helo', says: 'x' }, 'deferred 4.5.0, next host'],
    [{ kind: 'garbage', step: 'dot', says: 'x' }, 'deferred 4.5.0'],
    [{ kind: 'insecure', step: 'tls', says: 'x' }, 'deferred 4.7.5, next host'],
  ])('%j: %s', (trouble, expected) => {
    expect(brief(verdictOnTrouble(trouble))).toBe(expected);
  });

  it.each<[Lack, string]>([
    ['ADDRESS', 'failed 5.1.3, next host'],
    ['SMTPUTF8', 'failed 5.6.7, next host'],
    ['8BITMIME', 'failed 5.6.3, next host'],
    ['SIZE', 'failed 5.3.4, next host'],
    ['REQUIRETLS', 'failed 5.7.30, next host'],
  ])('lacks %s: %s', (what, expected) => {
    expect(brief(verdictOnTrouble({ kind: 'lacking', step: 'mail', what }))).toBe(expected);
  });
});

describe('a destination without a host', () => {
  it.each<[HostTrouble, string]>([
    ['no-such-domain', 'failed 5.1.2'],
    ['no-mail-host', 'failed 5.4.4'],
    ['no-address', 'failed 5.4.4'],
    ['null-mx', 'failed 5.1.10'],
    ['own-machine', 'failed 5.4.6'],
    ['loopback', 'failed 5.4.6'],
    ['dns-no-answer', 'deferred 4.4.3, next host'],
    ['dns-bad-answer', 'deferred 4.4.3, next host'],
    ['dns-alias-loop', 'deferred 4.4.3, next host'],
    ['dns-deadline-passed', 'deferred 4.4.3, next host'],
    ['dns-too-busy', 'deferred 4.4.3, next host'],
  ])('%s: %s', (trouble, expected) => {
    expect(brief(verdictOnHosts(trouble))).toBe(expected);
  });
});

it('a message that cannot be read here is tried again, and at no other host now', () => {
  expect(brief(verdictOnUnreadable('body-missing'))).toBe('deferred 4.3.0');
});

describe('of what several hosts brought', () => {
  const later = verdictOnTrouble({ kind: 'unreachable', step: 'connect', says: 'a' });
  const laterToo = verdictOnTrouble({ kind: 'lost', step: 'mail', says: 'b' });
  const never = verdictOnTrouble({ kind: 'lacking', step: 'mail', what: 'SIZE' });
  const refused = verdictOnEnd({ kind: 'refused', step: 'recipient', reply: replied('550 No') });

  it.each([
    [undefined, later, later],
    [later, laterToo, laterToo],
    [never, later, later],
    [later, never, later],
    [undefined, never, never],
    [later, refused, refused],
  ])('the mildest counts, and of equal ones the last (%#)', (before, after, expected) => {
    expect(milder(before, after)).toBe(expected);
  });
});

it('those of too many recipients are for another transaction, and no others', () => {
  const many = verdictOnEnd({ kind: 'refused', step: 'recipient', reply: replied('452 Too many') });
  const full = verdictOnEnd({ kind: 'refused', step: 'recipient', reply: replied('452 4.2.2 Full') });
  expect([many, full].map(isForAnotherTransaction)).toEqual([true, false]);
});

describe('a reply', () => {
  it.each([
    ['250 Ok', { code: 250, status: undefined, says: '250 Ok' }],
    ['250', { code: 250, status: undefined, says: '250' }],
    ['550-5.1.1 Nobody\n550 5.1.1 here', { code: 550, status: '5.1.1', says: '550 5.1.1 Nobody here' }],
    ['550 4.1.1 Both', { code: 550, status: undefined, says: '550 4.1.1 Both' }],
    ['550 5.1.1000 Long', { code: 550, status: undefined, says: '550 5.1.1000 Long' }],
    ['550 \u001b[2J', { code: 550, status: undefined, says: '550 \ufffd[2J' }],
  ])('%j is read', (text, expected) => {
    expect(readReply(text)).toEqual(expected);
  });

  it.each(['', 'x', '25 Ok', '2500 Ok', '150 Ok', '650 Ok', '250-Ok\n251 Ok', '250Ok', ' 250 Ok'])(
    '%j is none',
    (text) => {
      expect(readReply(text)).toBeUndefined();
    },
  );

  it('of any length is told in a few words', () => {
    expect(replied(`250 ${'x'.repeat(60_000)}`).says).toHaveLength(501);
  });
});
