// RFC 1939 section 7: TOP, UIDL, USER and PASS.
import assert from 'node:assert/strict';
import {
  accepted,
  DOTS,
  during,
  FOUR_LINES,
  MESSAGE,
  rawReply,
  refused,
  uniqueIds,
  withMailbox,
} from './pop3-proof.js';
import type { Requirement } from './requirement.js';

export const optionalCommands: readonly Requirement[] = [
  {
    section: '7',
    level: 'MUST',
    says: 'sends on TOP the headers, the blank line and as many lines of the body as asked for',
    prove: async (node) => {
      await withMailbox(node, [FOUR_LINES], async (talk) => {
        const whole = (await talk.content('RETR 1')).content.toString();
        for (const [lines, cut] of [
          [0, whole.indexOf('one\r\n')],
          [2, whole.indexOf('three\r\n')],
        ]) {
          const { content } = await talk.content(`TOP 1 ${lines}`);
          assert.equal(content.toString(), whole.slice(0, cut));
        }
      });
    },
  },
  {
    section: '7',
    level: 'MUST',
    says: 'sends on TOP the entire message where it has fewer lines than asked for',
    prove: async (node) => {
      await withMailbox(node, [FOUR_LINES], async (talk) => {
        const { content } = await talk.content('TOP 1 1000');
        assert.deepEqual(content, (await talk.content('RETR 1')).content);
      });
    },
  },
  {
    section: '7',
    level: 'MUST',
    says: 'stuffs lines that begin with the termination octet on TOP too',
    prove: async (node) => {
      await withMailbox(node, [DOTS], async (talk) => {
        await accepted(talk, 'TOP 1 3');
        const raw = (await talk.connection.until('\r\n.\r\n')).toString('latin1');
        assert.ok(raw.endsWith('\r\n\r\n..\r\n...\r\n..hidden\r\n.\r\n'), raw);
      });
    },
  },
  {
    section: '7',
    level: 'MUST',
    says: 'gives each message on UIDL a unique id of 1 to 70 characters from 0x21 to 0x7E, a single space before it',
    prove: async (node) => {
      await withMailbox(node, [MESSAGE, MESSAGE, MESSAGE], async (talk) => {
        const { lines } = await talk.listing('UIDL');
        for (const [at, line] of lines.entries()) {
          assert.match(line, new RegExp(`^${at + 1} [\\x21-\\x7e]{1,70}$`));
        }
        assert.equal(new Set(await uniqueIds(talk)).size, 3);
        assert.equal(await rawReply(talk, 'UIDL 2'), `+OK ${lines[1]}`);
      });
    },
  },
  {
    section: '7',
    level: 'MUST',
    says: 'lists no message that is marked as deleted on UIDL',
    prove: async (node) => {
      await withMailbox(node, [MESSAGE, MESSAGE], async (talk) => {
        const [, second] = await uniqueIds(talk);
        await accepted(talk, 'DELE 1');
        assert.deepEqual(await uniqueIds(talk), [second]);
        await refused(talk, 'UIDL 1', 'UIDL 3');
      });
    },
  },
  {
    section: '7',
    level: 'MUST',
    says: 'keeps the unique ids across sessions, also where one ended without UPDATE, whatever else is removed',
    prove: async (node) => {
      await withMailbox(node, [MESSAGE, MESSAGE, MESSAGE], async (talk, user) => {
        const ids = await uniqueIds(talk);
        talk.close();
        await during(node.login(user), async (next) => {
          assert.deepEqual(await uniqueIds(next), ids);
          await accepted(next, 'DELE 1', 'QUIT');
        });
        await during(node.login(user), async (next) => assert.deepEqual(await uniqueIds(next), ids.slice(1)));
      });
    },
  },
  {
    section: '7',
    level: 'SHOULD NOT',
    says: 'never gives the unique id of a message that is gone to another one, be it the same text',
    prove: async (node) => {
      await withMailbox(node, [MESSAGE], async (talk, user) => {
        const [before] = await uniqueIds(talk);
        await accepted(talk, 'DELE 1', 'QUIT');
        await node.send(user.address, MESSAGE);
        await during(node.login(user), async (next) => {
          const ids = await uniqueIds(next);
          assert.equal(ids.length, 1);
          assert.notEqual(ids[0], before);
        });
      });
    },
  },
  {
    section: '7',
    level: 'MAY',
    says: 'answers USER with +OK though there is no such user',
    prove: async (node) => {
      await during(node.pop3s(), (talk) => accepted(talk, 'USER nobody@example.com'));
    },
  },
  {
    section: '7',
    level: 'MUST',
    says: 'takes USER again after a USER or PASS that did not succeed',
    prove: async (node) => {
      const { address, password } = await node.newUser();
      await during(node.pop3s(), async (talk) => {
        await accepted(talk, 'USER nobody@example.com', `USER ${address}`);
        await refused(talk, 'PASS wrong');
        assert.equal((await talk.login(address, password)).isOk, true);
      });
    },
  },
  {
    section: '7',
    level: 'MUST',
    says: 'takes PASS only immediately after USER',
    prove: async (node) => {
      const { address, password } = await node.newUser();
      await during(node.pop3s(), async (talk) => {
        await refused(talk, `PASS ${password}`);
        await accepted(talk, `USER ${address}`);
        await talk.listing('CAPA');
        await refused(talk, `PASS ${password}`, 'STAT');
      });
    },
  },
  {
    section: '7',
    level: 'MAY',
    says: 'takes spaces in the argument of PASS as part of the password',
    prove: async (node) => {
      const { address, password } = await node.newUser();
      assert.ok(password.includes(' '));
      await during(node.pop3s(), (talk) => accepted(talk, `USER ${address}`, `PASS ${password}`));
    },
  },
  {
    section: '7',
    level: 'MUST NOT',
    says: 'has no timestamp in its greeting, as it has no APOP',
    prove: async (node) => {
      await during(node.pop3s(), async ({ greeting }) => assert.doesNotMatch(greeting.text, /<.*>/));
    },
  },
];
