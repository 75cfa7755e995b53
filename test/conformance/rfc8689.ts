// REQUIRETLS: mail that may travel under TLS only.
import assert from 'node:assert/strict';
import type { RequirementList } from './requirement.js';
import { answers, EHLO, exchange, MAIL, newest, onSmtp, toAnyUser } from './smtp-proofs.js';

export const rfc8689: RequirementList = {
  rfc: 8689,
  title: 'REQUIRETLS',
  requirements: [
    {
      section: '2',
      level: 'MUST',
      says: 'announces REQUIRETLS under TLS only, without parameters',
      prove: onSmtp(async (talk) => {
        assert.equal((await talk.ehlo()).has('REQUIRETLS'), false);
        await talk.startTls();
        assert.equal((await talk.ehlo()).get('REQUIRETLS'), '');
      }),
    },
    {
      section: '2',
      level: 'MUST',
      says: 'takes REQUIRETLS in MAIL under TLS, without a value, and delivers the message',
      prove: onSmtp(async (talk, node) => {
        await exchange(talk, EHLO);
        await talk.startTls();
        await exchange(talk, EHLO, [`${MAIL[0]} REQUIRETLS=yes`, '501'], [`${MAIL[0]} REQUIRETLS`, '250']);
        await exchange(talk, await toAnyUser(node), ['DATA', '354'], ['kept\r\n.', '250']);
        assert.equal((await newest(node)).content, 'kept\r\n');
      }),
    },
    {
      section: '2',
      level: 'MUST NOT',
      says: 'takes no REQUIRETLS on a connection without TLS',
      prove: answers(EHLO, ['MAIL FROM:<> REQUIRETLS', '530 5.7.10'], ['RCPT TO:<postmaster>', '503']),
    },
  ],
  notProved: [
    {
      section: '4.2.1',
      level: 'MUST',
      says: 'hands such a message on under TLS only, to servers that know REQUIRETLS',
      because:
        'met in part: TLS with a valid certificate and the extension are demanded, but who the MX is comes from a DNS that anybody may have answered for',
    },
  ],
};
