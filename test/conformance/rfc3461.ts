// DSN: what a sender asks to be told. The parameters are checked and kept; reports are sent when there is a relay.
import assert from 'node:assert/strict';
import type { RequirementList } from './requirement.js';
import { anyUser, answers, EHLO, exchange, MAIL, messageCount, onSmtp } from './smtp-proofs.js';

const RCPT = 'RCPT TO:<postmaster>';

export const rfc3461: RequirementList = {
  rfc: 3461,
  title: 'delivery status notifications',
  requirements: [
    {
      section: '3',
      level: 'MUST',
      says: 'announces DSN without parameters',
      prove: onSmtp(async (talk) => {
        assert.equal((await talk.ehlo()).get('DSN'), '');
      }),
    },
    {
      section: '4.1',
      level: 'MUST',
      says: 'takes NOTIFY with NEVER alone, or any of SUCCESS, FAILURE and DELAY; answers others with 501',
      prove: onSmtp(async (talk, node) => {
        await anyUser(node);
        await exchange(
          talk,
          EHLO,
          MAIL,
          [`${RCPT} NOTIFY=NEVER`, '250'],
          [`${RCPT} NOTIFY=SUCCESS,FAILURE,DELAY`, '250'],
        );
        await exchange(talk, [`${RCPT} notify=success`, '250'], [`${RCPT} NOTIFY=NEVER,SUCCESS`, '501']);
        await exchange(
          talk,
          [`${RCPT} NOTIFY=`, '501'],
          [`${RCPT} NOTIFY`, '501'],
          [`${RCPT} NOTIFY=ALWAYS`, '501'],
        );
      }),
    },
    {
      section: '4.2',
      level: 'MUST',
      says: 'takes ORCPT as an address type and xtext; answers others with 501',
      prove: onSmtp(async (talk, node) => {
        await anyUser(node);
        await exchange(talk, EHLO, MAIL, [`${RCPT} ORCPT=rfc822;Bob+2Bx@Ivory.EDU`, '250']);
        await exchange(talk, [`${RCPT} ORCPT=bob@ivory.edu`, '501'], [`${RCPT} ORCPT=rfc822;a+zz@b`, '501']);
      }),
    },
    {
      section: '4.3',
      level: 'MUST',
      says: 'takes RET=FULL and RET=HDRS; answers others with 501',
      prove: answers(
        EHLO,
        ['MAIL FROM:<> RET=ALL', '501'],
        ['MAIL FROM:<> RET=full', '250'],
        ['RSET', '250'],
        ['MAIL FROM:<> RET=HDRS', '250'],
      ),
    },
    {
      section: '4.4',
      level: 'MUST',
      says: 'takes ENVID as xtext of up to 100 characters; answers others with 501',
      prove: answers(
        EHLO,
        [`MAIL FROM:<> ENVID=${'x'.repeat(101)}`, '501'],
        ['MAIL FROM:<> ENVID=a+0', '501'],
        [`MAIL FROM:<> ENVID=${'x'.repeat(100)}`, '250'],
      ),
    },
    {
      section: '4',
      level: 'MUST NOT',
      says: 'takes each parameter once at most',
      prove: answers(EHLO, ['MAIL FROM:<> RET=FULL RET=FULL', '501'], MAIL, [
        `${RCPT} NOTIFY=NEVER NOTIFY=NEVER`,
        '501',
      ]),
    },
    {
      section: '5.1',
      level: 'MUST',
      says: 'takes mail with these parameters as mail without',
      prove: onSmtp(async (talk, node) => {
        const { address } = await anyUser(node);
        const before = await messageCount(node);
        await exchange(talk, EHLO, ['MAIL FROM:<a@remote.test> RET=HDRS ENVID=QQ314159', '250']);
        await exchange(talk, [`RCPT TO:<${address}> NOTIFY=FAILURE,DELAY ORCPT=rfc822;x@y.test`, '250']);
        await exchange(talk, ['DATA', '354'], ['.', '250']);
        assert.equal(await messageCount(node), before + 1);
      }),
    },
  ],
  notProved: [
    {
      section: '5.2.3',
      level: 'MUST',
      says: 'reports a delivery to a mailbox where NOTIFY=SUCCESS asks for it',
      because: 'not met yet: reports tell of what is relayed',
    },
    {
      section: '5.2.1',
      level: 'MUST',
      says: 'hands the parameters to the next server',
      because: 'proved in test/unit/relay/session/mail-commands.test.ts',
    },
  ],
};
