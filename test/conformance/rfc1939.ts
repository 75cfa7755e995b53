// The Post Office Protocol itself.
import assert from 'node:assert/strict';
import {
  accepted,
  DOTS,
  during,
  FOUR_LINES,
  MESSAGE,
  octetsInStat,
  rawReply,
  refused,
  withMailbox,
} from './pop3-proof.js';
import type { Requirement, RequirementList } from './requirement.js';
import { optionalCommands } from './rfc1939-optional-commands.js';

const basicOperation: readonly Requirement[] = [
  {
    section: '3',
    level: 'MUST',
    says: 'answers an unrecognized command with -ERR, in both states',
    prove: async (node) => {
      await during(node.pop3s(), (talk) => refused(talk, 'XYZZY', 'STATUS', ''));
      await withMailbox(node, [], (talk) => refused(talk, 'XYZZY', 'RETRIEVE 1', ''));
    },
  },
  {
    section: '3',
    level: 'MUST',
    says: 'answers an unimplemented command with -ERR',
    prove: async (node) => {
      await during(node.pop3s(), (talk) => refused(talk, 'APOP anne c4c9334bac560ecc979e58001b3e22fb'));
    },
  },
  {
    section: '3',
    level: 'MUST',
    says: 'answers a syntactically invalid command with -ERR',
    prove: async (node) => {
      await during(node.pop3s(), (talk) => refused(talk, 'USER', 'PASS', 'QUIT now'));
      await withMailbox(node, [MESSAGE], (talk) =>
        refused(talk, 'RETR', 'RETR one', 'RETR 1 1', 'DELE', 'LIST x', 'TOP 1', 'TOP 1 -1', 'STAT 1'),
      );
    },
  },
  {
    section: '3',
    level: 'MUST',
    says: 'answers a command that the state of the session does not allow with -ERR',
    prove: async (node) => {
      await during(node.pop3s(), (talk) =>
        refused(talk, 'STAT', 'LIST', 'RETR 1', 'DELE 1', 'NOOP', 'RSET', 'UIDL', 'TOP 1 0'),
      );
      await withMailbox(node, [], (talk, { address }) => refused(talk, `USER ${address}`, 'PASS secret'));
    },
  },
  {
    section: '3',
    level: 'MUST',
    says: 'takes keywords in upper and lower case alike',
    prove: async (node) => {
      const { address, password } = await node.newUser();
      await during(node.pop3s(), (talk) =>
        accepted(talk, `uSeR ${address}`, `pass ${password}`, 'noop', 'sTAT', 'quit'),
      );
    },
  },
  {
    section: '3',
    level: 'MUST',
    says: 'sends +OK and -ERR in upper case, as the first thing of every reply',
    prove: async (node) => {
      await withMailbox(node, [MESSAGE], async (talk) => {
        for (const command of ['noop', 'retr 1']) assert.match(await rawReply(talk, command), /^\+OK( |$)/);
        await talk.body();
        for (const command of ['xyzzy', 'retr 2']) assert.match(await rawReply(talk, command), /^-ERR( |$)/);
      });
    },
  },
  {
    section: '3',
    level: 'MUST',
    says: 'keeps a reply within 512 octets with its CRLF, whatever the command',
    prove: async (node) => {
      const long = 'x'.repeat(240);
      await during(node.pop3s(), async (talk) => {
        const commands = [`USER ${long}`, `PASS ${long}`, `${long} ${'y'.repeat(5)}`, `LANG ${long}`];
        for (const command of commands) assert.ok((await rawReply(talk, command)).length <= 510, command);
      });
    },
  },
  {
    section: '3',
    level: 'MUST',
    says: 'stuffs lines that begin with the termination octet, and ends a multi-line reply with a line of it alone',
    prove: async (node) => {
      await withMailbox(node, [DOTS], async (talk) => {
        await accepted(talk, 'RETR 1');
        const raw = (await talk.connection.until('\r\n.\r\n')).toString('latin1');
        assert.ok(raw.endsWith('\r\n\r\n..\r\n...\r\n..hidden\r\nend.\r\n.\r\n'), raw);
        assert.equal(talk.connection.pending, '');
      });
    },
  },
];

const authorization: readonly Requirement[] = [
  {
    section: '4',
    level: 'MUST',
    says: 'greets with a line that begins with +OK',
    prove: async (node) => {
      for (const opening of [node.pop3(), node.pop3s()]) {
        await during(opening, async ({ greeting }) => assert.equal(greeting.isOk, true));
      }
    },
  },
  {
    section: '4',
    level: 'MUST',
    says: 'locks the maildrop for one session: another one that may open it is answered -ERR',
    prove: async (node) => {
      await withMailbox(node, [MESSAGE], async (_talk, { address, password }) => {
        await during(node.pop3s(), async (other) => {
          assert.equal((await other.login(address, password)).isOk, false);
          await refused(other, 'STAT');
        });
      });
    },
  },
  {
    section: '4',
    level: 'MUST',
    says: 'leaves no lock behind where it refuses a login, so that the next one succeeds',
    prove: async (node) => {
      const { address, password } = await node.newUser();
      await during(node.pop3s(), async (talk) => {
        assert.equal((await talk.login(`${address}|no-such-box`, password)).isOk, false);
        assert.equal((await talk.login(address, 'wrong')).isOk, false);
        assert.equal((await talk.login(address, password)).isOk, true);
      });
    },
  },
  {
    section: '4',
    level: 'MUST',
    says: 'opens the maildrop with no message marked as deleted',
    prove: async (node) => {
      await withMailbox(node, [MESSAGE, MESSAGE], async (talk, user) => {
        await accepted(talk, 'DELE 1');
        talk.close();
        await during(node.login(user), async (next) => {
          assert.equal((await next.listing('LIST')).lines.length, 2);
        });
      });
    },
  },
  {
    section: '4',
    level: 'MUST',
    says: 'numbers the messages from 1, in base 10, and keeps the numbers while mail arrives',
    prove: async (node) => {
      const messages = Array.from({ length: 11 }, (_, at) => `Subject: ${at + 1}\r\n\r\nbody\r\n`);
      await withMailbox(node, messages, async (talk, { address }) => {
        await node.send(address, MESSAGE);
        const numbers = (await talk.listing('LIST')).lines.map((line) => line.split(' ')[0]);
        assert.deepEqual(numbers, ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11']);
        assert.match((await talk.content('RETR 10')).content.toString(), /^Subject: 10\r$/m);
        await refused(talk, 'RETR 12');
      });
    },
  },
  {
    section: '4',
    level: 'MUST',
    says: 'answers QUIT before a login with +OK and closes the connection',
    prove: async (node) => {
      await during(node.pop3s(), async (talk) => {
        await accepted(talk, 'QUIT');
        assert.equal(await talk.connection.ended(), '');
      });
    },
  },
];

const transaction: readonly Requirement[] = [
  {
    section: '5',
    level: 'MUST',
    says: 'answers STAT with +OK, the number of messages and their octets, a single space before each',
    prove: async (node) => {
      await withMailbox(node, [], async (talk) => assert.equal(await rawReply(talk, 'STAT'), '+OK 0 0'));
      await withMailbox(node, [MESSAGE, DOTS], async (talk) => {
        assert.match(await rawReply(talk, 'STAT'), /^\+OK 2 [1-9]\d*$/);
      });
    },
  },
  {
    section: '5',
    level: 'MUST',
    says: 'counts no message that is marked as deleted in STAT',
    prove: async (node) => {
      await withMailbox(node, [MESSAGE, FOUR_LINES], async (talk) => {
        const left = (await talk.command('LIST 2')).text;
        await accepted(talk, 'DELE 1');
        assert.equal((await talk.command('STAT')).text, `1 ${left.split(' ')[1]}`);
      });
    },
  },
  {
    section: '5',
    level: 'MUST',
    says: 'lists each message as its number, a single space and its size, in LIST and in LIST with a number alike',
    prove: async (node) => {
      await withMailbox(node, [MESSAGE, FOUR_LINES], async (talk) => {
        const { lines } = await talk.listing('LIST');
        assert.match(lines.join('\n'), /^1 [1-9]\d*\n2 [1-9]\d*$/);
        assert.equal(await rawReply(talk, 'LIST 2'), `+OK ${lines[1]}`);
      });
    },
  },
  {
    section: '5',
    level: 'MUST',
    says: 'answers LIST for an empty maildrop with +OK and the line that ends a list',
    prove: async (node) => {
      await withMailbox(node, [], async (talk) => {
        assert.match(await rawReply(talk, 'LIST'), /^\+OK/);
        assert.equal(await talk.connection.line(), '.');
      });
    },
  },
  {
    section: '5',
    level: 'MUST',
    says: 'lists no message that is marked as deleted, nor one that is not there',
    prove: async (node) => {
      await withMailbox(node, [MESSAGE, MESSAGE, MESSAGE], async (talk) => {
        await accepted(talk, 'DELE 2');
        const numbers = (await talk.listing('LIST')).lines.map((line) => line.split(' ')[0]);
        assert.deepEqual(numbers, ['1', '3']);
        await refused(talk, 'LIST 2', 'LIST 4', 'LIST 0');
      });
    },
  },
  {
    section: '5',
    level: 'MUST',
    says: 'sends on RETR the message as it was received, below the headers that were added',
    prove: async (node) => {
      await withMailbox(node, [DOTS], async (talk) => {
        const { isOk, content } = await talk.content('RETR 1');
        assert.equal(isOk, true);
        assert.ok(content.toString('latin1').endsWith(`\r\n${DOTS}`));
      });
    },
  },
  {
    section: '5',
    level: 'MUST',
    says: 'marks a message on DELE: any later reference to its number is an error',
    prove: async (node) => {
      await withMailbox(node, [MESSAGE], async (talk) => {
        await accepted(talk, 'DELE 1');
        await refused(talk, 'RETR 1', 'DELE 1', 'LIST 1', 'UIDL 1', 'TOP 1 0');
      });
    },
  },
  {
    section: '5',
    level: 'MUST',
    says: 'answers DELE and RETR of a message that is not there with -ERR',
    prove: async (node) => {
      await withMailbox(node, [MESSAGE], (talk) => refused(talk, 'DELE 2', 'RETR 2', 'DELE 0', 'RETR 0'));
    },
  },
  {
    section: '5',
    level: 'MUST NOT',
    says: 'deletes no message before the session enters the UPDATE state',
    prove: async (node) => {
      await withMailbox(node, [MESSAGE], async (talk, { address }) => {
        await accepted(talk, 'DELE 1', 'NOOP');
        const inbox = await node.api('GET', `/users/${address}/mailboxes/inbox`);
        assert.deepEqual({ ...Object(inbox), sizeBytes: 0 }, { name: 'inbox', messages: 1, sizeBytes: 0 });
      });
    },
  },
  {
    section: '5',
    level: 'MUST',
    says: 'answers NOOP with +OK and does nothing',
    prove: async (node) => {
      await withMailbox(node, [MESSAGE], async (talk) => {
        const before = await rawReply(talk, 'STAT');
        await accepted(talk, 'NOOP');
        assert.equal(await rawReply(talk, 'STAT'), before);
      });
    },
  },
  {
    section: '5',
    level: 'MUST',
    says: 'takes all marks away on RSET, and removes nothing of it at QUIT',
    prove: async (node) => {
      await withMailbox(node, [MESSAGE, MESSAGE], async (talk, user) => {
        const before = await rawReply(talk, 'STAT');
        await accepted(talk, 'DELE 1', 'DELE 2', 'RSET');
        assert.equal(await rawReply(talk, 'STAT'), before);
        await accepted(talk, 'QUIT');
        assert.equal((await node.fetch(user)).length, 2);
      });
    },
  },
];

const update: readonly Requirement[] = [
  {
    section: '6',
    level: 'MUST',
    says: 'removes at QUIT the messages that are marked, and none that is not, also one that came meanwhile',
    prove: async (node) => {
      await withMailbox(node, [MESSAGE, FOUR_LINES], async (talk, user) => {
        await accepted(talk, 'DELE 1');
        await node.send(user.address, DOTS);
        await accepted(talk, 'QUIT');
        const left = (await node.fetch(user)).map(
          (message) => /^Subject: (.*)\r$/m.exec(message.toString())?.[1],
        );
        assert.deepEqual(left, ['lines', 'dots']);
      });
    },
  },
  {
    section: '6',
    level: 'MUST NOT',
    says: 'removes nothing where the session ends otherwise than by QUIT',
    prove: async (node) => {
      await withMailbox(node, [MESSAGE], async (talk, user) => {
        await accepted(talk, 'DELE 1');
        talk.connection.half();
        await talk.connection.ended();
        assert.equal((await node.fetch(user)).length, 1);
        await during(node.login(user), async (next) => {
          await accepted(next, 'DELE 1');
          next.close();
        });
        assert.equal((await node.fetch(user)).length, 1);
      });
    },
  },
  {
    section: '6',
    level: 'MUST',
    says: 'releases the lock and closes the connection after QUIT',
    prove: async (node) => {
      await withMailbox(node, [MESSAGE], async (talk, user) => {
        await accepted(talk, 'DELE 1', 'QUIT');
        assert.equal(await talk.connection.ended(), '');
        await during(node.login(user), (next) => accepted(next, 'STAT'));
      });
    },
  },
];

const messageFormat: readonly Requirement[] = [
  {
    section: '11',
    level: 'MUST',
    says: 'counts in LIST and STAT the octets that RETR sends, each line end as two, and no stuffed dot',
    prove: async (node) => {
      await withMailbox(node, [DOTS, FOUR_LINES], async (talk) => {
        let octets = 0;
        for (const line of (await talk.listing('LIST')).lines) {
          const [number, size] = line.split(' ');
          const { content } = await talk.content(`RETR ${number}`);
          assert.equal(content.length, Number(size));
          octets += content.length;
        }
        assert.equal(await octetsInStat(talk), octets);
      });
    },
  },
];

export const rfc1939: RequirementList = {
  rfc: 1939,
  title: 'Post Office Protocol, version 3',
  requirements: [
    ...basicOperation,
    ...authorization,
    ...transaction,
    ...update,
    ...optionalCommands,
    ...messageFormat,
  ],
  notProved: [
    {
      section: '3',
      level: 'MUST',
      says: 'waits at least 10 minutes before an autologout, which any command puts off, and which says nothing and removes nothing',
      because:
        'it takes ten minutes; `test/unit/pop3/session-watch.test.ts` has them in virtual time, `test/dialog/pop3-retrieval.test.ts` the end. `limits.pop3Idle` is 10 minutes unless an operator shortens it',
    },
    {
      section: '6',
      level: 'MUST',
      says: 'says at QUIT what could not be removed',
      because: 'it needs a store that fails in the middle: `test/dialog/pop3-retrieval.test.ts`',
    },
    {
      section: '7',
      level: 'MAY',
      says: 'APOP',
      because: 'it would need passwords that can be read; ours are kept as scrypt hashes',
    },
    {
      section: '8',
      level: 'MAY',
      says: 'deletes messages by a policy of the site',
      because: 'there is none: what nobody deletes stays (CAPA says EXPIRE NEVER)',
    },
  ],
};
