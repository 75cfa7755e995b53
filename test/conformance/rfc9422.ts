// LIMITS: bounds on a session, said beforehand.
import assert from 'node:assert/strict';
import type { RequirementList } from './requirement.js';
import { anyUser, EHLO, exchange, MAIL, onSmtp } from './smtp-proofs.js';

export const rfc9422: RequirementList = {
  rfc: 9422,
  title: 'LIMITS',
  requirements: [
    {
      section: '3',
      level: 'MUST',
      says: 'announces LIMITS with name=value pairs, one space between them',
      prove: onSmtp(async (talk) => {
        assert.match((await talk.ehlo()).get('LIMITS') ?? '', /^[A-Z]+=\d+( [A-Z]+=\d+)*$/);
      }),
    },
    {
      section: '4.2',
      level: 'MUST',
      says: 'takes RCPTMAX recipients for one message, and answers the next with 452',
      prove: onSmtp(async (talk, node) => {
        const { address } = await anyUser(node);
        const limits = (await talk.ehlo()).get('LIMITS') ?? '';
        const maximum = Number(/\bRCPTMAX=(\d+)/.exec(limits)?.[1]);
        assert.ok(maximum >= 100);
        await exchange(talk, MAIL);
        const replies = await talk.pipeline(...Array.from({ length: maximum }, () => `RCPT TO:<${address}>`));
        assert.ok(replies.every(({ code }) => code === 250));
        await exchange(talk, [`RCPT TO:<${address}>`, '452 4.5.3']);
      }),
    },
    {
      section: '4.1',
      level: 'MUST',
      says: 'announces no MAILMAX where messages are not limited: a second message passes',
      prove: onSmtp(async (talk) => {
        assert.doesNotMatch((await talk.ehlo()).get('LIMITS') ?? '', /MAILMAX/);
        for (let count = 0; count < 3; count += 1) await exchange(talk, EHLO, MAIL, ['RSET', '250']);
      }),
    },
  ],
  notProved: [
    {
      section: '4.3',
      level: 'MAY',
      says: 'announces RCPTDOMAINMAX',
      because: 'recipients may be of any number of domains',
    },
  ],
};
