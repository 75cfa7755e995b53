// UTF8 and LANG.
import assert from 'node:assert/strict';
import type { MailNode } from '../mail-node.js';
import type { Pop3Talk } from '../talk/pop3-talk.js';
import {
  accepted,
  anyReader,
  capabilities,
  during,
  MESSAGE,
  quit,
  rawReply,
  refused,
  whileLoggedIn,
  withMailbox,
  announcedInBothStates,
} from './pop3-proof.js';
import type { RequirementList } from './requirement.js';

const INTERNATIONAL = 'Subject: gr\u00fc\u00dfe\r\n\r\nGr\u00fc\u00dfe\r\n';

/** The same mailbox, with UTF-8 mode from the start. */
async function inUtf8Mode(
  node: MailNode,
  messages: readonly string[],
  hold: (talk: Pop3Talk) => Promise<void>,
): Promise<void> {
  await withMailbox(node, messages, async (talk, { address, password }) => {
    await quit(talk);
    await during(node.pop3s(), async (other) => {
      await accepted(other, 'UTF8', `USER ${address}`, `PASS ${password}`);
      await hold(other);
    });
  });
}

/** Somebody with this password; his address. */
async function userWithPassword(node: MailNode, password: string): Promise<string> {
  const { address } = await node.newUser();
  await node.api('PUT', `/users/${address}/password`, { password });
  return address;
}

export const rfc6856: RequirementList = {
  rfc: 6856,
  title: 'UTF-8 in POP3',
  requirements: [
    {
      section: '2',
      level: 'MUST',
      says: 'announces UTF8 with the argument USER, in both states',
      prove: (node) => announcedInBothStates(node, 'UTF8 USER'),
    },
    {
      section: '2',
      level: 'MUST',
      says: 'takes UTF8 in the AUTHORIZATION state only',
      prove: async (node) => {
        await during(node.pop3s(), (talk) => accepted(talk, 'UTF8'));
        await whileLoggedIn(node, (talk) => refused(talk, 'UTF8'));
      },
    },
    {
      section: '2.1',
      level: 'MUST',
      says: 'takes UTF8 without a parameter only',
      prove: async (node) => during(node.pop3s(), (talk) => refused(talk, 'UTF8 USER')),
    },
    {
      section: '2.1',
      level: 'MUST NOT',
      says: 'sends no header in UTF-8 before UTF8: RETR and TOP are answered -ERR',
      prove: async (node) => {
        await withMailbox(node, [INTERNATIONAL, MESSAGE], async (talk) => {
          await refused(talk, 'RETR 1', 'TOP 1 0', 'TOP 1 5');
          assert.equal((await talk.content('RETR 2')).isOk, true);
        });
      },
    },
    {
      section: '2.1',
      level: 'MUST',
      says: 'sends a message in UTF-8 as it is in UTF-8 mode, of the size that LIST says (SHOULD)',
      prove: async (node) => {
        await inUtf8Mode(node, [INTERNATIONAL], async (talk) => {
          const { content } = await talk.content('RETR 1');
          assert.ok(content.toString().endsWith(INTERNATIONAL));
          assert.equal((await talk.command('LIST 1')).text, `1 ${content.length}`);
        });
      },
    },
    {
      section: '2.1',
      level: 'MUST',
      says: 'sends an ASCII message in UTF-8 mode just as without it',
      prove: async (node) => {
        await inUtf8Mode(node, [MESSAGE], async (talk) => {
          assert.ok((await talk.content('RETR 1')).content.toString().endsWith(MESSAGE));
        });
      },
    },
    {
      section: '2.1',
      level: 'MAY',
      says: 'refuses STLS after UTF8',
      prove: async (node) => {
        await during(node.pop3(), async (talk) => {
          await accepted(talk, 'UTF8');
          await refused(talk, 'STLS');
        });
      },
    },
    {
      section: '2.2',
      level: 'MUST',
      says: 'takes names and passwords in UTF-8, also before UTF8',
      prove: async (node) => {
        const password = 'gr\u00fc\u00dfe \u03b1\u03b2\u03b3';
        const address = await userWithPassword(node, password);
        await during(node.pop3s(), async (talk) => {
          await accepted(talk, 'USER gr\u00fc\u00dfe@example.com', `USER ${address}`, `PASS ${password}`);
        });
      },
    },
    {
      section: '2.2',
      level: 'SHOULD',
      says: 'prepares passwords by a successor of SASLprep (RFC 8265): composed and decomposed are the same',
      prove: async (node) => {
        const address = await userWithPassword(node, 'gr\u00fcn und mehr');
        await during(node.pop3s(), async (talk) => {
          await accepted(talk, `USER ${address}`, 'PASS gru\u0308n und mehr');
        });
      },
    },
    {
      section: '2.2',
      level: 'MUST',
      says: 'refuses names and passwords that are no UTF-8',
      prove: async (node) => {
        const { address } = await anyReader(node);
        await during(node.pop3s(), async (talk) => {
          talk.connection.send(Buffer.from('USER an\xffne\r\n', 'latin1'));
          assert.equal((await talk.reply()).isOk, false);
        });
        await during(node.pop3s(), async (talk) => {
          await accepted(talk, `USER ${address}`);
          talk.connection.send(Buffer.from('PASS \xc3\x28\r\n', 'latin1'));
          assert.equal((await talk.reply()).isOk, false);
        });
      },
    },
    {
      section: '3.1',
      level: 'MUST',
      says: 'announces LANG, and takes it, in both states',
      prove: async (node) => {
        await whileLoggedIn(node, async (talk) => {
          assert.ok((await capabilities(talk)).includes('LANG'));
          await accepted(talk, 'LANG en');
        });
        await during(node.pop3s(), async (talk) => {
          assert.ok((await capabilities(talk)).includes('LANG'));
          await accepted(talk, 'LANG en');
        });
      },
    },
    {
      section: '3.2',
      level: 'MUST',
      says: 'names after +OK and a space the language that was chosen, and another space before the text',
      prove: async (node) => {
        await during(node.pop3s(), async (talk) => {
          for (const range of ['en', 'EN-gb', '*'])
            assert.match(await rawReply(talk, `LANG ${range}`), /^\+OK en \S/);
        });
      },
    },
    {
      section: '3.2',
      level: 'MUST',
      says: 'answers a language that it does not speak with -ERR',
      prove: async (node) => during(node.pop3s(), (talk) => refused(talk, 'LANG uga', 'LANG e')),
    },
    {
      section: '3.2',
      level: 'MUST',
      says: 'lists its languages in lines of a tag, a space and a name',
      prove: async (node) => {
        await during(node.pop3s(), async (talk) => {
          assert.deepEqual((await talk.listing('LANG')).lines, ['en English']);
        });
      },
    },
    {
      section: '5',
      level: 'MUST',
      says: 'says [UTF8] where a message needs UTF-8 mode, to RETR and to TOP',
      prove: async (node) => {
        await withMailbox(node, [INTERNATIONAL], async (talk) => {
          assert.equal((await talk.command('RETR 1')).code, 'UTF8');
          assert.equal((await talk.command('TOP 1 0')).code, 'UTF8');
        });
      },
    },
  ],
  notProved: [
    {
      section: '2.1',
      level: 'MUST NOT',
      says: 'sends no string beyond ASCII before UTF8: the body of a message',
      because:
        'an 8-bit body below an ASCII header is sent as it is, as POP3 servers always have (8bit MIME, RFC 6152); refusing it would hide old mail from every old client',
    },
    {
      section: '2.2',
      level: 'MUST',
      says: 'prepares what APOP is computed from',
      because: 'there is no APOP',
    },
    {
      section: '7',
      level: 'SHOULD',
      says: 'tells nothing of a user by LANG * before his login',
      because: 'there is one language, for all',
    },
  ],
};
