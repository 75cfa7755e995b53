// The Simple Mail Transfer Protocol itself, as a server that delivers to mailboxes has to speak it.
import type { RequirementList } from './requirement.js';
import { rfc5321Commands } from './rfc5321-commands.js';
import { rfc5321Data } from './rfc5321-data.js';
import { rfc5321Sessions } from './rfc5321-sessions.js';

export const rfc5321: RequirementList = {
  rfc: 5321,
  title: 'Simple Mail Transfer Protocol',
  requirements: [...rfc5321Sessions, ...rfc5321Commands, ...rfc5321Data],
  notProved: [
    {
      section: '3.1',
      level: 'MUST',
      says: 'waits for QUIT after a greeting of 554',
      because: 'it never greets with 554; whoever is one too many gets 421 and the connection is closed',
    },
    {
      section: '3.5.2',
      level: 'SHOULD',
      says: 'supports EXPN',
      because: 'it would tell anybody who is behind an alias; answered with 502 and not listed',
    },
    {
      section: '3.6.3',
      level: 'MUST',
      says: 'returns what it cannot relay',
      because: 'proved with a remote host of our own, in test/e2e/relay.test.ts',
    },
    {
      section: '3.9.2',
      level: 'MUST',
      says: "sends a list's mail with the list's own return address",
      because: 'there are aliases and no lists',
    },
    {
      section: '4.1.2',
      level: 'MUST',
      says: 'rejects an underscore in a domain with 501',
      because: 'domains with underscores are in use and are taken, as other servers do',
    },
    {
      section: '4.5.3.2.7',
      level: 'SHOULD',
      says: 'waits at least five minutes for the next command',
      because: 'five minutes are the default of limits.smtpIdle; waiting for them is no test',
    },
    {
      section: '6.1',
      level: 'MUST NOT',
      says: 'loses no message that it has accepted when the host crashes',
      because: 'proved by killing processes and nodes in test/fault',
    },
    {
      section: '6.1',
      level: 'MUST',
      says: 'minimizes the time until the end of the data is answered',
      because: 'a matter of speed, which npm run bench measures',
    },
  ],
};
