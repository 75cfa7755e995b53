// STLS.
import assert from 'node:assert/strict';
import { accepted, anyReader, capabilities, during, plain, quit, rawReply, refused } from './pop3-proof.js';
import type { RequirementList } from './requirement.js';

export const rfc2595: RequirementList = {
  rfc: 2595,
  title: 'TLS for POP3 (STLS)',
  requirements: [
    {
      section: '2.2',
      level: 'SHOULD',
      says: 'lets nobody authenticate before TLS is active, as it is configured at first',
      prove: async (node) => {
        const { address, password } = await anyReader(node);
        await during(node.pop3(), async (talk) => {
          assert.equal((await talk.login(address, password)).isOk, false);
          await refused(talk, 'STAT');
          await talk.startTls();
          assert.equal((await talk.login(address, password)).isOk, true);
          await quit(talk);
        });
      },
    },
    {
      section: '2.3',
      level: 'MUST',
      says: 'refuses all clear-text login commands and mechanisms without TLS, and announces none',
      prove: async (node) => {
        const { address, password } = await anyReader(node);
        await during(node.pop3(), async (talk) => {
          const tags = new Set((await capabilities(talk)).map((line) => line.split(' ')[0]));
          assert.ok(!tags.has('USER') && !tags.has('SASL'));
          await refused(talk, `USER ${address}`, `PASS ${password}`, 'AUTH PLAIN');
          await refused(talk, `AUTH PLAIN ${plain(address, password)}`, 'STAT');
        });
      },
    },
    {
      section: '4',
      level: 'MUST',
      says: 'has CAPA, which says STLS where it is permitted: in the clear before the login, not under TLS',
      prove: async (node) => {
        await during(node.pop3(), async (talk) => {
          assert.ok((await capabilities(talk)).includes('STLS'));
          await talk.startTls();
          assert.ok(!(await capabilities(talk)).includes('STLS'));
        });
        assert.ok(!(await during(node.pop3s(), capabilities)).includes('STLS'));
      },
    },
    {
      section: '4',
      level: 'MUST',
      says: 'begins the TLS negotiation right after the CRLF of the +OK to STLS',
      prove: async (node) => {
        await during(node.pop3(), async (talk) => {
          await accepted(talk, 'STLS');
          assert.equal(talk.connection.pending, '');
          await talk.connection.upgradeToTls();
          // and no second greeting: the next line is the answer to the next command
          assert.ok((await capabilities(talk)).includes('SASL PLAIN'));
        });
      },
    },
    {
      section: '4',
      level: 'MUST',
      says: 'stays in the AUTHORIZATION state after the negotiation',
      prove: async (node) => {
        const { address, password } = await anyReader(node);
        await during(node.pop3(), async (talk) => {
          await talk.startTls();
          await refused(talk, 'STAT');
          await accepted(talk, `USER ${address}`, `PASS ${password}`);
          await quit(talk);
        });
      },
    },
    {
      section: '4',
      level: 'MUST',
      says: 'permits STLS in the AUTHORIZATION state only',
      prove: async (node) => {
        await during(node.login(await anyReader(node)), async (talk) => {
          await refused(talk, 'STLS');
          await quit(talk);
        });
      },
    },
    {
      section: '4',
      level: 'MAY',
      says: 'answers STLS with -ERR where TLS is active already',
      prove: async (node) => {
        await during(node.pop3s(), (talk) => refused(talk, 'STLS'));
        await during(node.pop3(), async (talk) => {
          await talk.startTls();
          await refused(talk, 'STLS');
        });
      },
    },
    {
      section: '6',
      level: 'MUST NOT',
      says: 'offers PLAIN without TLS, and offers it under TLS',
      prove: async (node) => {
        await during(node.pop3(), async (talk) => {
          assert.deepEqual((await talk.listing('AUTH')).lines, []);
          await talk.startTls();
          assert.deepEqual((await talk.listing('AUTH')).lines, ['PLAIN']);
        });
      },
    },
    {
      section: '6',
      level: 'MUST',
      says: 'takes the authorization identity of the user himself or none, and no other one',
      prove: async (node) => {
        const { address, password } = await anyReader(node);
        await during(node.pop3s(), async (talk) => {
          await refused(talk, `AUTH PLAIN ${plain(address, password, 'somebody@example.com')}`);
          await accepted(talk, `AUTH PLAIN ${plain(address, password, address)}`);
          await quit(talk);
        });
      },
    },
    {
      section: '6',
      level: 'MUST',
      says: 'takes identities and passwords of up to 255 octets each',
      prove: async (node) => {
        const long = 'x'.repeat(255);
        await during(node.pop3s(), async (talk) => {
          assert.equal(await rawReply(talk, 'AUTH PLAIN'), '+ ');
          // what is refused are the credentials, not their form
          assert.equal((await talk.command(plain(long, long, long))).code, 'AUTH');
        });
      },
    },
  ],
  notProved: [
    {
      section: '2.1',
      level: 'MUST',
      says: 'implements TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA',
      because: 'it is broken since; RFC 9325 forbids it, and RFC 8314 asks for TLS 1.2 or later',
    },
    {
      section: '2.2',
      level: 'SHOULD',
      says: 'has a mode in which a login needs no TLS',
      because:
        '`pop3.requireTls: false`; this node has the default. `test/dialog/pop3-session.test.ts` runs with it',
    },
    {
      section: '2.3',
      level: 'SHOULD',
      says: 'can refuse clear-text logins user by user',
      because: 'not met: it is one setting for all users',
    },
    {
      section: '2.5',
      level: 'MUST',
      says: 'checks the result of the negotiation',
      because: 'a negotiation that fails ends the connection: `test/dialog/pop3-tls.test.ts`',
    },
    {
      section: '4',
      level: 'MAY',
      says: 'has the mechanism EXTERNAL, for certificates of clients',
      because: 'there are none: no client is asked for a certificate',
    },
  ],
};
