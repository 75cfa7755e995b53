// Every single-line reply we give, in one place. Response codes: RFC 2449 section 8, RFC 3206, RFC 6856 section 5. All
// text is ASCII and no reply repeats what the client said, so none can be longer than RFC 2449 section 4 allows (512).

type ResponseCode = 'AUTH' | 'IN-USE' | 'LOGIN-DELAY' | 'SYS/PERM' | 'SYS/TEMP' | 'UTF8';

export function ok(text: string): string {
  return `+OK ${text}\r\n`;
}

export function err(text: string, code?: ResponseCode): string {
  return code === undefined ? `-ERR ${text}\r\n` : `-ERR [${code}] ${text}\r\n`;
}

/** Ends a multi-line reply. */
export const END_OF_LIST = '.\r\n';

export const replies = {
  // the greeting has no <timestamp> as we have no APOP: it would need passwords kept readable (RFC 1939 section 7)
  greeting: ok('CassMail ready'),
  tooManyConnections: err('too many connections, try again later', 'SYS/TEMP'),
  signOff: ok('bye'),

  unknownCommand: err('unknown command'),
  badArguments: err('wrong arguments'),
  lineTooLong: err('line too long'),
  notText: err('not a command'),
  otherProtocol: err('this is POP3'),
  tooManyErrors: err('too many errors'),
  wrongState: err('not now'),

  // RFC 3206 section 5: an attempt to log in that policy forbids is the credentials' matter
  tlsFirst: err('TLS first: say STLS, or connect to the port for TLS', 'AUTH'),
  beginTls: ok('begin TLS'),
  tlsAlready: err('TLS is active'),
  tlsUnavailable: err('no TLS here'),
  tlsAfterUtf8: err('STLS comes before UTF8'),

  userNoted: ok('password, please'),
  userFirst: err('USER first'),
  continue: '+ \r\n', // RFC 5034 section 4: nothing to say, the client begins
  noSuchMechanism: err('no such mechanism'),
  badBase64: err('not a PLAIN response'),
  authCancelled: err('cancelled'),
  refused: err('wrong user or password', 'AUTH'),
  disabled: err('this account is disabled', 'AUTH'),
  noSuchMailbox: err('no such mailbox'),
  inUse: err('another session has this mailbox open', 'IN-USE'),
  tooSoon: err('the last login is too recent', 'LOGIN-DELAY'),

  done: ok('done'),
  utf8: ok('UTF-8'),
  language: ok('en English it is'),
  noSuchLanguage: err('no such language'),
  noSuchMessage: err('no such message'),
  alreadyDeleted: err('message is deleted already'),
  needsUtf8: err('the header is in UTF-8: say UTF8 before logging in', 'UTF8'),
  lockLost: err('lost the lock on the mailbox: nothing was removed', 'SYS/TEMP'),
} as const;

/** RFC 3206 section 4: it will pass by itself, the password need not be asked for again. */
export function slowedReply(retryAfterMs: number): string {
  return err(`too many wrong passwords lately, try again in ${Math.ceil(retryAfterMs / 1000)} s`, 'SYS/TEMP');
}

/** RFC 1939 section 6. */
export function partlyRemovedReply(left: number): string {
  return err(
    `some deleted messages not removed: ${left} ${left === 1 ? 'is' : 'are'} still there`,
    'SYS/TEMP',
  );
}
