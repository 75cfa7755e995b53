// The Post Office Protocol itself.
import assert from 'node:assert/strict';
import type { RequirementList } from './requirement.js';

export const rfc1939: RequirementList = {
  rfc: 1939,
  title: 'Post Office Protocol, version 3',
  requirements: [
    {
      section: '4',
      level: 'MUST',
      says: 'greets with a line that begins with +OK',
      prove: async (node) => {
        const talk = await node.pop3();
        assert.equal(talk.greeting.isOk, true);
        talk.close();
      },
    },
  ],
  notProved: [],
};
