// CAPA and extended response codes.
import assert from 'node:assert/strict';
import {
  accepted,
  anyReader,
  capabilities,
  during,
  MESSAGE,
  plain,
  quit,
  rawReply,
  refused,
  whileLoggedIn,
  withMailbox,
  announcedInBothStates,
} from './pop3-proof.js';
import type { Requirement, RequirementList } from './requirement.js';

const CAPABILITY_TAGS = [
  'TOP',
  'USER',
  'SASL',
  'RESP-CODES',
  'PIPELINING',
  'EXPIRE',
  'UIDL',
  'IMPLEMENTATION',
];

const lengthsAndCapa: readonly Requirement[] = [
  {
    section: '4',
    level: 'MUST',
    says: 'takes commands of up to 255 octets with their CRLF, and refuses longer ones',
    prove: async (node) => {
      await during(node.pop3s(), async (talk) => {
        await accepted(talk, `USER ${'x'.repeat(255 - 'USER \r\n'.length)}`);
        await refused(talk, `USER ${'x'.repeat(256 - 'USER \r\n'.length)}`);
      });
    },
  },
  {
    section: '4',
    level: 'MUST',
    says: 'keeps the first line of a reply, and the greeting, within 512 octets',
    prove: async (node) => {
      await during(node.pop3s(), async (talk) => {
        assert.ok(talk.greeting.text.length < 500);
        const line = await rawReply(talk, `AUTH ${'x'.repeat(240)}`);
        assert.match(line, /^-ERR.{0,506}$/);
      });
    },
  },
  {
    section: '5',
    level: 'MUST',
    says: 'answers CAPA in both states with +OK and a list, one capability in a line of at most 512 octets',
    prove: async (node) => {
      await whileLoggedIn(node, async (talk) => {
        for (const lines of [await during(node.pop3s(), capabilities), await capabilities(talk)]) {
          assert.ok(lines.length > 0);
          for (const line of lines)
            assert.match(line, /^(?!.{511})[\x21-\x2d\x2f-\x7e][\x21-\x7e]*( [\x21-\x7e]+)*$/);
        }
      });
    },
  },
  {
    section: '5',
    level: 'MUST',
    says: 'announces in the TRANSACTION state whatever it announced before the login',
    prove: async (node) => {
      const { address, password } = await anyReader(node);
      await during(node.pop3s(), async (talk) => {
        const before = await capabilities(talk);
        await talk.login(address, password);
        assert.deepEqual(await capabilities(talk), before);
        await quit(talk);
      });
    },
  },
  {
    section: '5',
    level: 'MAY',
    says: 'takes CAPA in any case',
    prove: async (node) =>
      during(node.pop3s(), async (talk) => assert.match(await rawReply(talk, 'capa'), /^\+OK/)),
  },
];

const initialCapabilities: readonly Requirement[] = [
  {
    section: '6',
    level: 'MUST',
    says: 'announces TOP, USER, SASL, RESP-CODES, PIPELINING, EXPIRE, UIDL and IMPLEMENTATION, as it has them',
    prove: async (node) => {
      const tags = (await during(node.pop3s(), capabilities)).map((line) => line.split(' ')[0]);
      for (const tag of CAPABILITY_TAGS) assert.ok(tags.includes(tag), tag);
      assert.equal(new Set(tags).size, tags.length);
    },
  },
  {
    section: '6.1, 6.8',
    level: 'MUST',
    says: 'has TOP and UIDL where it announces them',
    prove: async (node) => {
      await withMailbox(node, [MESSAGE], async (talk) => {
        assert.equal((await talk.content('TOP 1 0')).isOk, true);
        assert.equal((await talk.listing('UIDL')).isOk, true);
      });
    },
  },
  {
    section: '6.3',
    level: 'MUST',
    says: 'takes the first response as an argument of AUTH, for each mechanism after SASL',
    prove: async (node) => {
      const { address, password } = await anyReader(node);
      await during(node.pop3s(), async (talk) => {
        const sasl = (await capabilities(talk)).find((line) => line.startsWith('SASL '));
        assert.equal(sasl, 'SASL PLAIN');
        await accepted(talk, `AUTH PLAIN ${plain(address, password)}`);
        await quit(talk);
      });
    },
  },
  {
    section: '6.4',
    level: 'MUST',
    says: 'begins the text of a reply with a bracket only where a response code stands in it',
    prove: async (node) => {
      const { address } = await anyReader(node);
      await during(node.pop3s(), async (talk) => {
        for (const command of [
          'XYZZY',
          `USER ${address}`,
          'PASS wrong',
          'PASS',
          'AUTH X',
          'STLS',
          'LANG xx',
        ]) {
          assert.match(await rawReply(talk, command), /^(\+OK|-ERR) ([^[]|\[(AUTH|SYS\/TEMP)\] )/, command);
        }
      });
    },
  },
  {
    section: '6.6',
    level: 'MUST',
    says: 'processes each command in turn where many come at once, and answers in order',
    prove: async (node) => {
      await withMailbox(node, [MESSAGE], async (talk) => {
        const scan = (await talk.command('LIST 1')).text;
        talk.connection.send('LIST 1\r\nDELE 1\r\nLIST 1\r\nRSET\r\nLIST 1\r\nXYZZY\r\nTOP 1 0\r\nNOOP\r\n');
        const single = [];
        for (let at = 0; at < 6; at += 1) single.push(await talk.reply());
        assert.deepEqual(
          single.map(({ isOk }) => isOk),
          [true, true, false, true, true, false],
        );
        assert.equal(single[4]?.text, scan);
        assert.equal((await talk.reply()).isOk, true);
        assert.match((await talk.body()).toString(), /^Subject: one\r$/m);
        assert.equal((await talk.reply()).isOk, true);
      });
    },
  },
  {
    section: '6.6',
    level: 'MUST',
    says: 'takes USER and PASS and what follows in one packet',
    prove: async (node) => {
      const { address, password } = await anyReader(node);
      await during(node.pop3s(), async (talk) => {
        talk.connection.send(`USER ${address}\r\nPASS ${password}\r\nNOOP\r\nQUIT\r\n`);
        const left = await talk.connection.ended();
        assert.match(left, /^(\+OK[^\r\n]*\r\n){4}$/);
      });
    },
  },
  {
    section: '6.7',
    level: 'SHOULD',
    says: 'announces EXPIRE NEVER, and keeps a message that was retrieved',
    prove: async (node) => {
      await withMailbox(node, [MESSAGE], async (talk, user) => {
        assert.ok((await capabilities(talk)).includes('EXPIRE NEVER'));
        await talk.content('RETR 1');
        await quit(talk);
        assert.equal((await node.fetch(user)).length, 1);
      });
    },
  },
  {
    section: '6.9',
    level: 'MAY',
    says: 'names the implementation in one token',
    prove: async (node) => {
      const lines = await during(node.pop3s(), capabilities);
      assert.ok(lines.includes('IMPLEMENTATION CassMail'));
    },
  },
];

const responseCodes: readonly Requirement[] = [
  {
    section: '8',
    level: 'MUST',
    says: 'announces RESP-CODES, in both states, as it sends response codes',
    prove: (node) => announcedInBothStates(node, 'RESP-CODES'),
  },
  {
    section: '8.1.2',
    level: 'MUST',
    says: 'says [IN-USE] where the mailbox is open elsewhere, to those alone who know the password',
    prove: async (node) => {
      await withMailbox(node, [], async (_talk, { address, password }) => {
        await during(node.pop3s(), async (other) => {
          assert.equal((await other.login(address, 'wrong')).code, 'AUTH');
          const { isOk, code } = await other.login(address, password);
          assert.deepEqual({ isOk, code }, { isOk: false, code: 'IN-USE' });
        });
      });
    },
  },
];

export const rfc2449: RequirementList = {
  rfc: 2449,
  title: 'POP3 extension mechanism',
  requirements: [...lengthsAndCapa, ...initialCapabilities, ...responseCodes],
  notProved: [
    {
      section: '6.5, 8.1.1',
      level: 'SHOULD',
      says: 'enforces the LOGIN-DELAY that it announces, with that response code',
      because: 'this node has none, as by default; `test/dialog/pop3-login.test.ts` has a server with one',
    },
    {
      section: '6.5, 6.7',
      level: 'MUST',
      says: 'announces before the login the value that holds for any user, where values differ',
      because: 'they do not: one delay and one policy for all',
    },
  ],
};
