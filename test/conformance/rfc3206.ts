// What a client is told of a login that failed.
import assert from 'node:assert/strict';
import { anyReader, during, plain, announcedInBothStates } from './pop3-proof.js';
import type { RequirementList } from './requirement.js';

export const rfc3206: RequirementList = {
  rfc: 3206,
  title: 'SYS and AUTH response codes',
  requirements: [
    {
      section: '5',
      level: 'MUST',
      says: 'says [AUTH] where the user or the password is wrong, the same for both, to PASS and to AUTH',
      prove: async (node) => {
        const { address } = await anyReader(node);
        await during(node.pop3s(), async (talk) => {
          const wrong = await talk.login(address, 'wrong');
          assert.equal(wrong.code, 'AUTH');
          assert.deepEqual(await talk.login('nobody@example.com', 'wrong'), wrong);
        });
        await during(node.pop3s(), async (talk) => {
          assert.equal((await talk.command(`AUTH PLAIN ${plain(address, 'wrong')}`)).code, 'AUTH');
        });
      },
    },
    {
      section: '5',
      level: 'MUST',
      says: 'says [AUTH] where the account is disabled',
      prove: async (node) => {
        const { address, password } = await node.newUser();
        await node.api('POST', `/users/${address}/disable`);
        await during(node.pop3s(), async (talk) => {
          assert.equal((await talk.login(address, password)).code, 'AUTH');
        });
      },
    },
    {
      section: '5',
      level: 'MUST',
      says: 'says [AUTH] where a policy forbids the attempt: a login without TLS',
      prove: async (node) => {
        const { address, password } = await anyReader(node);
        await during(node.pop3(), async (talk) => {
          assert.equal((await talk.command(`AUTH PLAIN ${plain(address, password)}`)).code, 'AUTH');
        });
      },
    },
    {
      section: '5',
      level: 'SHOULD NOT',
      says: 'answers USER alike for those who are there and those who are not',
      prove: async (node) => {
        const { address } = await anyReader(node);
        for (const opening of [() => node.pop3s(), () => node.pop3()]) {
          await during(opening(), async (talk) => {
            const there = await talk.command(`USER ${address}`);
            assert.deepEqual(await talk.command('USER nobody@example.com'), there);
          });
        }
      },
    },
    {
      section: '5',
      level: 'SHOULD NOT',
      says: 'says no [AUTH] where the credentials were right, so that the user is not asked for them again',
      prove: async (node) => {
        const { address, password } = await anyReader(node);
        await during(node.pop3s(), async (talk) => {
          const { isOk, code } = await talk.login(`${address}|no-such-box`, password);
          assert.deepEqual({ isOk, code }, { isOk: false, code: undefined });
        });
      },
    },
    {
      section: '5, 6',
      level: 'SHOULD',
      says: 'has CAPA, which announces AUTH-RESP-CODE, in both states',
      prove: (node) => announcedInBothStates(node, 'AUTH-RESP-CODE'),
    },
  ],
  notProved: [
    {
      section: '4',
      level: 'MAY',
      says: 'says [SYS/TEMP] of what will pass by itself and [SYS/PERM] of what the administrator must see to',
      because: 'it needs a store that fails: `test/dialog/pop3-login.test.ts`, `test/unit/pop3/protocol`',
    },
  ],
};
