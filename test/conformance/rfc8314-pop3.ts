// TLS for those who fetch their mail.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type SecureVersion } from 'node:tls';
import type { MailNode } from '../mail-node.js';
import { accepted, anyReader, capabilities, during, quit, refused } from './pop3-proof.js';
import type { RequirementList } from './requirement.js';

/** Resolves to the version agreed on, where the client offers no other one. */
async function handshake(node: MailNode, version: SecureVersion): Promise<string | null> {
  const socket = connect({
    port: node.port('pop3.implicitTls'),
    host: '127.0.0.1',
    rejectUnauthorized: false,
    minVersion: version,
    maxVersion: version,
    ciphers: 'DEFAULT@SECLEVEL=0', // else the client's own library would not even offer the old ones
  });
  try {
    await once(socket, 'secureConnect');
    return socket.getProtocol();
  } finally {
    socket.destroy();
  }
}

export const rfc8314Pop3: RequirementList = {
  rfc: 8314,
  title: 'TLS for mailboxes (POP3 part)',
  requirements: [
    {
      section: '3.1',
      level: 'MUST',
      says: 'begins with the TLS handshake on the port of pop3s, then greets with +OK',
      prove: async (node) => {
        await during(node.pop3s(), async ({ greeting }) => assert.equal(greeting.isOk, true));
      },
    },
    {
      section: '3.1',
      level: 'MUST',
      says: 'is in the AUTHORIZATION state after that greeting, and speaks POP3 under TLS to the end',
      prove: async (node) => {
        const { address, password } = await anyReader(node);
        await during(node.pop3s(), async (talk) => {
          await refused(talk, 'STAT');
          await accepted(talk, `USER ${address}`, `PASS ${password}`, 'STAT');
          await quit(talk);
        });
      },
    },
    {
      section: '4',
      level: 'MUST',
      says: 'supports TLS for POP, by implicit TLS and by STLS (SHOULD)',
      prove: async (node) => {
        await during(node.pop3(), async (talk) => {
          await talk.startTls();
          await capabilities(talk);
        });
        await during(node.pop3s(), capabilities);
      },
    },
    {
      section: '4',
      level: 'MUST',
      says: 'supports TLS 1.2 and later',
      prove: async (node) => {
        assert.equal(await handshake(node, 'TLSv1.2'), 'TLSv1.2');
        assert.equal(await handshake(node, 'TLSv1.3'), 'TLSv1.3');
      },
    },
    {
      section: '4.1',
      level: 'SHOULD',
      says: 'takes no login in cleartext',
      prove: async (node) => {
        const { address, password } = await anyReader(node);
        await during(node.pop3(), async (talk) => {
          assert.equal((await talk.login(address, password)).isOk, false);
        });
      },
    },
    {
      section: '4.1',
      level: 'SHOULD',
      says: 'speaks no TLS before 1.2 (as RFC 8997 has it)',
      prove: async (node) => {
        await assert.rejects(handshake(node, 'TLSv1'), /alert protocol version/);
        await assert.rejects(handshake(node, 'TLSv1.1'), /alert protocol version/);
      },
    },
  ],
  notProved: [
    {
      section: '4.2',
      level: 'MUST NOT',
      says: 'asks no client for a certificate, as none is sufficient for a login',
      because: 'a client does not hear of what it is not asked for; `src/net/tls-keys.ts` asks for none',
    },
    {
      section: '4.4',
      level: 'MUST',
      says: 'has a valid certificate',
      because:
        "it is the operator's: `tls.cert`; without one a self-signed pair is made, and the log says so",
    },
    {
      section: '4.5',
      level: 'SHOULD',
      says: 'advertises its servers by SRV, TLSA and DNSSEC',
      because: 'that is the DNS of the operator',
    },
  ],
};
