// SMTPUTF8: addresses and headers beyond ASCII.
import assert from 'node:assert/strict';
import type { MailNode, TestUser } from '../mail-node.js';
import type { RequirementList } from './requirement.js';
import { answers, assertReply, EHLO, exchange, messageCount, onSmtp, type Exchange } from './smtp-proofs.js';

const JORG = 'j\u00f6rg';
const MAIL_UTF8: Exchange = [`MAIL FROM:<${JORG}@remote.test> SMTPUTF8`, '250'];

/** A user, and an alias of his that is not ASCII. */
async function userWithAlias(node: MailNode): Promise<{ readonly user: TestUser; readonly alias: string }> {
  const user = await node.newUser();
  const alias = `${JORG}-${user.address}`;
  await node.api('POST', '/aliases', { address: alias, targets: [user.address] });
  return { user, alias };
}

async function onlyMessage(node: MailNode, user: TestUser): Promise<string> {
  const talk = await node.pop3s();
  try {
    await talk.command('UTF8');
    assert.ok((await talk.login(user.address, user.password)).isOk);
    const { isOk, content } = await talk.content('RETR 1');
    assert.ok(isOk);
    await talk.command('QUIT');
    return content.toString('utf8');
  } finally {
    talk.close();
  }
}

export const rfc6531: RequirementList = {
  rfc: 6531,
  title: 'SMTPUTF8',
  requirements: [
    {
      section: '3.1',
      level: 'MUST',
      says: 'announces SMTPUTF8 without parameters, and 8BITMIME with it',
      prove: onSmtp(async (talk) => {
        const offered = await talk.ehlo();
        assert.equal(offered.get('SMTPUTF8'), '');
        assert.equal(offered.get('8BITMIME'), '');
      }),
    },
    {
      section: '3.2',
      level: 'MUST',
      says: 'takes UTF-8 wherever a mailbox may stand, and delivers to it',
      prove: onSmtp(async (talk, node) => {
        const { user, alias } = await userWithAlias(node);
        await exchange(talk, EHLO, MAIL_UTF8, [`RCPT TO:<${alias}>`, '250'], ['DATA', '354']);
        await exchange(talk, [`Subject: gr\u00fc\u00dfe\r\n\r\nna\u00efve\r\n.`, '250']);
        assert.equal(await messageCount(node, user), 1);
        const message = await onlyMessage(node, user);
        assert.match(message, new RegExp(`^Return-Path: <${JORG}@remote\\.test>\r\n`));
        assert.ok(message.endsWith('\r\nSubject: gr\u00fc\u00dfe\r\n\r\nna\u00efve\r\n'));
      }),
    },
    {
      section: '3.2',
      level: 'MUST',
      says: 'looks domains up as A-labels: U-labels and A-labels are one domain',
      prove: onSmtp(async (talk, node) => {
        await node.api('POST', '/domains', { name: 'xn--bcher-kva.example', replace: true });
        await exchange(talk, EHLO, MAIL_UTF8, ['RCPT TO:<postmaster@b\u00fccher.example>', '250']);
        await exchange(talk, ['RCPT TO:<postmaster@xn--bcher-kva.example>', '250']);
      }),
    },
    {
      section: '3.3',
      level: 'MUST',
      says: 'refuses octets that are no UTF-8',
      prove: onSmtp(async (talk) => {
        await exchange(talk, EHLO);
        talk.connection.send(Buffer.from('MAIL FROM:<j\u00f6rg@remote.test> SMTPUTF8\r\n', 'latin1'));
        assertReply(await talk.reply(), '500', 'latin1');
        await exchange(talk, ['RCPT TO:<postmaster>', '503']);
      }),
    },
    {
      section: '3.4',
      level: 'MUST NOT',
      says: 'takes no value for SMTPUTF8',
      prove: answers(EHLO, ['MAIL FROM:<> SMTPUTF8=yes', '501'], ['MAIL FROM:<> smtputf8', '250']),
    },
    {
      section: '3.5',
      level: 'MUST',
      says: 'answers a MAIL that needed SMTPUTF8 with 550 5.6.7, such a RCPT with 553 5.6.7',
      prove: answers(
        EHLO,
        [`MAIL FROM:<${JORG}@remote.test>`, '550 5.6.7'],
        ['MAIL FROM:<>', '250'],
        [`RCPT TO:<${JORG}@example.com>`, '553 5.6.7'],
      ),
    },
    {
      section: '3.7.1',
      level: 'MUST',
      says: 'names itself in ASCII in the answer to EHLO',
      prove: onSmtp(async (talk) => {
        const { lines } = await talk.command('EHLO client.test');
        assert.match(lines.join(''), /^[ -~]+$/);
      }),
    },
    {
      section: '3.7.3',
      level: 'MAY',
      says: 'writes the address that it got, in UTF-8, into the FOR clause',
      prove: onSmtp(async (talk, node) => {
        const { user, alias } = await userWithAlias(node);
        await exchange(talk, EHLO, MAIL_UTF8, [`RCPT TO:<${alias}>`, '250'], ['DATA', '354'], ['.', '250']);
        assert.ok((await onlyMessage(node, user)).includes(`\tfor <${alias}>;`));
      }),
    },
    {
      section: '4.3',
      level: 'MUST',
      says: 'says UTF8SMTP for the protocol in Received, UTF8SMTPS under TLS',
      prove: onSmtp(async (talk, node) => {
        const user = await node.newUser();
        const send = [
          EHLO,
          MAIL_UTF8,
          [`RCPT TO:<${user.address}>`, '250'],
          ['DATA', '354'],
          ['.', '250'],
        ] as const;
        await exchange(talk, ...send);
        assert.match(await onlyMessage(node, user), / with UTF8SMTP id /);
        const another = await node.newUser();
        await talk.startTls();
        await exchange(talk, ...send.with(2, [`RCPT TO:<${another.address}>`, '250']));
        assert.match(await onlyMessage(node, another), / with UTF8SMTPS \(/);
      }),
    },
  ],
  notProved: [
    {
      section: '3.6',
      level: 'MUST NOT',
      says: 'hands internationalized messages to no server that does not know SMTPUTF8',
      because: 'proved in test/unit/relay/session/mail-commands.test.ts',
    },
    {
      section: '3.7.4',
      level: 'MAY',
      says: 'answers VRFY and EXPN with addresses in UTF-8',
      because: 'VRFY verifies nothing, EXPN is not offered',
    },
  ],
};
