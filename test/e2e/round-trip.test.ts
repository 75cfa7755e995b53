import { describe, expect, it } from '@jest/globals';
import { nodeOfSuite } from '../node-of-suite.js';
import { MIB, provesRoundTrips } from './round-trips.js';

describe('a message on the embedded store', () => {
  const running = nodeOfSuite();

  // the largest that is taken
  provesRoundTrips(running, { largestBytes: 50 * MIB });

  it.each([
    ['disabled', 'POST', '/disable', undefined],
    ['given another password', 'PUT', '/password', { password: 'another horse' }],
    ['removed', 'DELETE', '', undefined],
  ] as const)(
    'is not submitted any more by a user who was %s meanwhile',
    async (_what, method, path, body) => {
      const { address, password } = await running().newUser();
      const talk = await running().submissions();
      try {
        await talk.ehlo();
        expect(await talk.authPlain(address, password)).toMatchObject({ code: 235 });
        const sent = await talk.transaction(address, [address], 'Subject: first\r\n\r\n');
        expect(sent.at(-1)).toMatchObject({ code: 250 });
        await running().api(method, `/users/${address}${path}`, body);
        expect(await talk.command(`MAIL FROM:<${address}>`)).toMatchObject({ code: 421, enhanced: '4.7.0' });
      } finally {
        talk.close();
      }
    },
  );
});
