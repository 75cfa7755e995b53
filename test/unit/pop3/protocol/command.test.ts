import { describe, expect, it } from '@jest/globals';
import { parseCommand } from '../../../../src/pop3/protocol/command.js';

describe('a POP3 command', () => {
  it.each([
    ['STAT', { name: 'STAT' }],
    ['stat', { name: 'STAT' }],
    ['QuIt ', { name: 'QUIT' }],
    ['LIST', { name: 'LIST', message: undefined }],
    ['LIST 7', { name: 'LIST', message: 7 }],
    ['UIDL 7 ', { name: 'UIDL', message: 7 }],
    ['RETR 01', { name: 'RETR', message: 1 }],
    ['RETR 0', { name: 'RETR', message: 0 }],
    ['DELE 1099511627776', { name: 'DELE', message: 2 ** 40 }],
    ['TOP 1 0', { name: 'TOP', message: 1, lines: 0 }],
    ['USER anne|my box', { name: 'USER', user: 'anne|my box' }],
    ['PASS  two  spaces ', { name: 'PASS', password: ' two  spaces ' }],
    ['AUTH', { name: 'AUTH', mechanism: undefined, initialResponse: undefined }],
    ['AUTH plain', { name: 'AUTH', mechanism: 'PLAIN', initialResponse: undefined }],
    ['AUTH PLAIN AGEAYg==', { name: 'AUTH', mechanism: 'PLAIN', initialResponse: 'AGEAYg==' }],
    ['LANG', { name: 'LANG', range: undefined }],
    ['LANG *', { name: 'LANG', range: '*' }],
    ['CAPA', { name: 'CAPA' }],
    ['STLS', { name: 'STLS' }],
    ['UTF8', { name: 'UTF8' }],
  ])('%j is understood, in any case (RFC 1939 section 3)', (line, command) => {
    expect(parseCommand(line)).toEqual({ kind: 'command', command });
  });

  it.each([
    'RETR',
    'RETR ',
    'RETR -1',
    'RETR +1',
    'RETR 1.5',
    'RETR 1e3',
    'RETR 0x1',
    'RETR 1 2',
    'RETR  1',
    'RETR one',
    'DELE',
    'LIST 1 2',
    'LIST x',
    'LIST -1',
    'TOP',
    'TOP 1',
    'TOP 1 -1',
    'TOP 1 2 3',
    'USER',
    'USER ',
    'PASS',
    'STAT 1',
    'QUIT now',
    'CAPA x',
    'STLS x',
    'UTF8 USER',
    'AUTH PLAIN a b',
    'LANG en de',
  ])('%j has wrong arguments', (line) => {
    expect(parseCommand(line)).toEqual({ kind: 'bad-arguments' });
  });

  it.each(['', ' ', ' STAT', 'STATS', 'APOP anne 0123', 'EHLO there', 'constructor', '__proto__'])(
    '%j is unknown',
    (line) => {
      expect(parseCommand(line)).toEqual({ kind: 'unknown' });
    },
  );

  it.each(['GET / HTTP/1.1', 'POST /a/b?c HTTP/1.0', 'PRI * HTTP/2.0', 'CONNECT a:443 HTTP/1.1'])(
    '%j is of another protocol',
    (line) => {
      expect(parseCommand(line)).toEqual({ kind: 'other-protocol' });
    },
  );
});
