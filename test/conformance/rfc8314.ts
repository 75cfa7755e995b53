// TLS for submission.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:tls';
import type { RequirementList } from './requirement.js';
import { anyUser, assertReply, EHLO, exchange, loggedIn, newest, onSubmissions } from './smtp-proofs.js';

export const rfc8314: RequirementList = {
  rfc: 8314,
  title: 'TLS for submission (SMTP part)',
  requirements: [
    {
      section: '3.3',
      level: 'MUST',
      says: 'begins with the TLS handshake on the port of submissions, then speaks SMTP',
      prove: onSubmissions(async (talk, node) => {
        assert.equal(talk.greeting.code, 220);
        const { address, password } = await anyUser(node);
        await exchange(talk, EHLO);
        assertReply(await talk.authPlain(address, password), '235', 'AUTH');
      }),
    },
    {
      section: '3.3',
      level: 'SHOULD',
      says: 'has both: implicit TLS, and STARTTLS on the submission port',
      prove: async (node) => {
        const talk = await node.submission();
        try {
          assert.ok((await talk.ehlo()).has('STARTTLS'));
          await talk.startTls();
          assert.ok((await talk.ehlo()).has('AUTH'));
        } finally {
          talk.close();
        }
      },
    },
    {
      section: '4',
      level: 'SHOULD',
      says: 'takes no login without TLS',
      prove: async (node) => {
        const { address, password } = await anyUser(node);
        const talk = await node.submission();
        try {
          await exchange(talk, EHLO);
          assertReply(await talk.authPlain(address, password), '538', 'AUTH in clear');
        } finally {
          talk.close();
        }
      },
    },
    {
      section: '4.1',
      level: 'SHOULD',
      says: 'speaks no TLS before 1.2 (as RFC 8997 has it)',
      prove: async (node) => {
        const socket = connect({
          port: node.port('submission.implicitTls'),
          host: '127.0.0.1',
          rejectUnauthorized: false,
          minVersion: 'TLSv1',
          maxVersion: 'TLSv1.1',
          ciphers: 'DEFAULT@SECLEVEL=0',
        });
        try {
          await assert.rejects(once(socket, 'secureConnect'), /alert protocol version/);
        } finally {
          socket.destroy();
        }
      },
    },
    {
      section: '4.3',
      level: 'SHOULD',
      says: 'records version and cipher suite of TLS in Received (as a comment)',
      prove: loggedIn(async (talk, node, user) => {
        await exchange(talk, [`MAIL FROM:<${user.address}>`, '250'], [`RCPT TO:<${user.address}>`, '250']);
        await exchange(talk, ['DATA', '354'], ['.', '250']);
        assert.match((await newest(node)).trace, / with ESMTPSA \(TLSv1\.3 TLS_[A-Z0-9_]+\) id /);
      }),
    },
  ],
  notProved: [
    {
      section: '4.2',
      level: 'MAY',
      says: 'lets clients log in with a certificate',
      because: 'not offered: users have passwords',
    },
    {
      section: '4.5.2',
      level: 'SHOULD',
      says: 'is found by SRV records',
      because: "a matter of the domain's DNS, not of the server",
    },
  ],
};
