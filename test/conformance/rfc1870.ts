// SIZE: how large a message may be, said before it is sent.
import assert from 'node:assert/strict';
import type { SmtpTalk } from '../talk/smtp-talk.js';
import type { RequirementList } from './requirement.js';
import {
  answers,
  assertReply,
  bringsNothing,
  EHLO,
  exchange,
  onSmtp,
  received,
  withRecipient,
} from './smtp-proofs.js';

async function maximum(talk: SmtpTalk): Promise<number> {
  return Number((await talk.ehlo()).get('SIZE'));
}

/** Lines with a dot first, so that what goes over the wire is longer than what is counted. */
function messageOf(octets: number): string {
  const line = `.${'x'.repeat(987)}\r\n`;
  const lines = line.repeat(Math.ceil(octets / line.length) - 1);
  return `${lines}${'y'.repeat(octets - lines.length - 2)}\r\n`;
}

function stuffed(message: string): string {
  return `${message.replace(/^\./gm, '..')}.\r\n`;
}

export const rfc1870: RequirementList = {
  rfc: 1870,
  title: 'message size declaration',
  requirements: [
    {
      section: '3',
      level: 'MUST',
      says: 'announces SIZE with the largest size that it takes, as a number',
      prove: onSmtp(async (talk) => {
        assert.match((await talk.ehlo()).get('SIZE') ?? '', /^[1-9]\d*$/);
      }),
    },
    {
      section: '3',
      level: 'MUST',
      says: 'takes a line of MAIL that is 26 characters longer for SIZE',
      prove: onSmtp(async (talk) => {
        const size = ` SIZE=${'1'.padStart(20, '0')}`;
        const path = 'MAIL FROM:<a@b.test>';
        await exchange(talk, EHLO, [`${path}${' '.repeat(510 - path.length)}${size}`, '250']);
      }),
    },
    {
      section: '4',
      level: 'MUST',
      says: 'takes MAIL with SIZE, and without',
      prove: answers(EHLO, ['MAIL FROM:<> SIZE=1000', '250'], ['RSET', '250'], ['MAIL FROM:<>', '250']),
    },
    {
      section: '4',
      level: 'MUST',
      says: 'answers a SIZE that is no number with 501',
      prove: answers(
        EHLO,
        ['MAIL FROM:<> SIZE=many', '501'],
        ['MAIL FROM:<> SIZE', '501'],
        [`MAIL FROM:<> SIZE=${'1'.repeat(21)}`, '501'],
      ),
    },
    {
      section: '5',
      level: 'MUST',
      says: 'counts line ends and not the dots of transparency: the largest size passes, an octet more does not',
      prove: async (node) => {
        let size = 0;
        await onSmtp(async (talk) => {
          size = await maximum(talk);
        })(node);
        const largest = messageOf(size);
        assert.equal((await received(node, stuffed(largest))).content.length, size);
        await bringsNothing(
          withRecipient(async (talk) => {
            await exchange(talk, ['DATA', '354']);
            talk.connection.send(stuffed(`x${largest}`));
            assertReply(await talk.reply(), '552 5.3.4', 'an octet too many');
            await exchange(talk, ['NOOP', '250']);
          }),
        )(node);
      },
    },
    {
      section: '6.1',
      level: 'MUST',
      says: 'answers MAIL with a size beyond the largest with 552, before the message is sent',
      prove: onSmtp(async (talk) => {
        const size = await maximum(talk);
        await exchange(talk, [`MAIL FROM:<> SIZE=${size + 1}`, '552 5.3.4'], ['RCPT TO:<postmaster>', '503']);
        await exchange(talk, [`MAIL FROM:<> SIZE=${size}`, '250']);
      }),
    },
    {
      section: '6.3',
      level: 'SHOULD NOT',
      says: 'takes a message that is larger than it was declared, as long as it is not too large',
      prove: async (node) => {
        const mail = ['MAIL FROM:<a@remote.test> SIZE=1', '250'] as const;
        assert.equal((await received(node, stuffed(messageOf(500)), { mail })).content, messageOf(500));
      },
    },
  ],
  notProved: [
    {
      section: '6.1',
      level: 'SHOULD',
      says: 'answers MAIL with 452 when there is no room for the size at the moment',
      because: 'whether there is room is known when the message is stored; 452 is said then (test/fault)',
    },
    {
      section: '6.4',
      level: 'MAY',
      says: 'refuses a recipient whose mailbox has no room for the size',
      because: 'a full mailbox is refused at RCPT, whatever the size',
    },
  ],
};
