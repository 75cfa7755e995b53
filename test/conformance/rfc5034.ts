// AUTH.
import assert from 'node:assert/strict';
import { accepted, anyReader, capabilities, during, plain, quit, rawReply, refused } from './pop3-proof.js';
import type { RequirementList } from './requirement.js';

export const rfc5034: RequirementList = {
  rfc: 5034,
  title: 'SASL for POP3 (AUTH)',
  requirements: [
    {
      section: '3',
      level: 'MUST',
      says: 'announces SASL with its mechanisms, and still does after the login',
      prove: async (node) => {
        const { address, password } = await anyReader(node);
        await during(node.pop3s(), async (talk) => {
          assert.ok((await capabilities(talk)).includes('SASL PLAIN'));
          await accepted(talk, `AUTH PLAIN ${plain(address, password)}`);
          assert.ok((await capabilities(talk)).includes('SASL PLAIN'));
          await quit(talk);
        });
      },
    },
    {
      section: '4',
      level: 'MUST',
      says: 'implements PLAIN over TLS, and is in the TRANSACTION state after it',
      prove: async (node) => {
        const { address, password } = await anyReader(node);
        await during(node.pop3(), async (talk) => {
          await talk.startTls();
          await accepted(talk, `AUTH PLAIN ${plain(address, password)}`, 'STAT');
          await quit(talk);
        });
      },
    },
    {
      section: '4',
      level: 'MUST',
      says: 'neither advertises nor permits a plaintext mechanism without TLS, and that by default (SHOULD)',
      prove: async (node) => {
        const { address, password } = await anyReader(node);
        await during(node.pop3(), async (talk) => {
          assert.ok(!(await capabilities(talk)).some((line) => line.startsWith('SASL')));
          await refused(talk, `AUTH PLAIN ${plain(address, password)}`, 'AUTH PLAIN', 'STAT');
        });
      },
    },
    {
      section: '4',
      level: 'MUST',
      says: 'answers AUTH with -ERR after a login',
      prove: async (node) => {
        const { address, password } = await anyReader(node);
        await during(node.pop3s(), async (talk) => {
          await accepted(talk, `AUTH PLAIN ${plain(address, password)}`);
          await refused(talk, `AUTH PLAIN ${plain(address, password)}`, 'AUTH PLAIN');
          await quit(talk);
        });
      },
    },
    {
      section: '4',
      level: 'MUST',
      says: 'answers a mechanism that it does not have with -ERR',
      prove: async (node) => {
        await during(node.pop3s(), (talk) => refused(talk, 'AUTH CRAM-MD5', 'AUTH GSSAPI', 'AUTH X'));
      },
    },
    {
      section: '4',
      level: 'MUST',
      says: 'sends an empty challenge, a + and a space alone, where the first response was left out',
      prove: async (node) => {
        const { address, password } = await anyReader(node);
        await during(node.pop3s(), async (talk) => {
          assert.equal(await rawReply(talk, 'AUTH PLAIN'), '+ ');
          await accepted(talk, plain(address, password));
          await quit(talk);
        });
      },
    },
    {
      section: '4',
      level: 'MUST',
      says: 'answers a response of a single * with -ERR, and goes on',
      prove: async (node) => {
        await during(node.pop3s(), async (talk) => {
          await rawReply(talk, 'AUTH PLAIN');
          await refused(talk, '*');
          await accepted(talk, 'USER anne');
        });
      },
    },
    {
      section: '4',
      level: 'MUST',
      says: 'holds a command with a first response to 255 octets, and no longer response line to that',
      prove: async (node) => {
        const long = plain('x'.repeat(255), 'y'.repeat(255), 'x'.repeat(255));
        await during(node.pop3s(), async (talk) => {
          const { isOk, code } = await talk.command(`AUTH PLAIN ${long}`);
          assert.deepEqual({ isOk, code }, { isOk: false, code: undefined });
          await rawReply(talk, 'AUTH PLAIN');
          assert.equal((await talk.command(long)).code, 'AUTH');
        });
      },
    },
    {
      section: '4',
      level: 'MUST',
      says: 'takes a first response of a single = as an empty one, which PLAIN does not know',
      prove: async (node) => during(node.pop3s(), (talk) => refused(talk, 'AUTH PLAIN =')),
    },
    {
      section: '4',
      level: 'MUST',
      says: 'refuses what is no Base64, ignores no character outside the alphabet, takes = at the end only',
      prove: async (node) => {
        const { address, password } = await anyReader(node);
        const right = plain(address, password);
        for (const response of [
          '=AAA',
          'AAA=BBB',
          `${right.slice(0, 4)}!${right.slice(4)}`,
          `${right}A`,
          `-${right}`,
        ]) {
          await during(node.pop3s(), async (talk) => {
            await refused(talk, `AUTH PLAIN ${response}`);
            assert.equal(await rawReply(talk, 'AUTH PLAIN'), '+ ');
            await refused(talk, response, 'STAT');
          });
        }
      },
    },
    {
      section: '4',
      level: 'MUST',
      says: 'answers -ERR where it cannot authenticate the client, as if AUTH had not been said',
      prove: async (node) => {
        const { address, password } = await anyReader(node);
        await during(node.pop3s(), async (talk) => {
          await refused(talk, `AUTH PLAIN ${plain(address, 'wrong')}`, 'STAT');
          await accepted(talk, `USER ${address}`, `PASS ${password}`);
          await quit(talk);
        });
      },
    },
    {
      section: '4',
      level: 'MUST',
      says: 'fails the authentication where an identity cannot be prepared: it is empty, or no UTF-8',
      prove: async (node) => {
        const broken = Buffer.from('\0an\xffne\0secret', 'latin1').toString('base64');
        await during(node.pop3s(), (talk) =>
          refused(talk, `AUTH PLAIN ${plain('', 'secret')}`, `AUTH PLAIN ${broken}`, 'STAT'),
        );
      },
    },
    {
      section: '5',
      level: 'MUST',
      says: 'takes AUTH and the name of a mechanism in any case',
      prove: async (node) => {
        const { address, password } = await anyReader(node);
        await during(node.pop3s(), async (talk) => {
          await accepted(talk, `auth pLaIn ${plain(address, password)}`);
          await quit(talk);
        });
      },
    },
  ],
  notProved: [
    {
      section: '4',
      level: 'SHOULD',
      says: 'has mechanisms that send no plaintext password, such as GSSAPI',
      because: 'not met: passwords are kept as scrypt hashes, and there is no Kerberos',
    },
    {
      section: '4',
      level: 'SHOULD',
      says: 'prepares identities by SASLprep',
      because: 'by what came after it (RFC 8265): NFC, and not NFKC, which makes different names the same',
    },
    {
      section: '4',
      level: 'MUST',
      says: 'forgets what it knows of the client when a security layer of SASL takes effect',
      because: 'PLAIN negotiates none',
    },
  ],
};
