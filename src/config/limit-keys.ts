// The keys below `limits`: one table of every bound that an operator may move, each with its reason. What RFCs fix (the
// length of a line, the number of digits) stands as a constant where it is applied.
import { duration, orUnlimited, size, wholeNumber } from './quantity-kinds.js';
import { section, setting } from './schema.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const KIB = 2 ** 10;
const MIB = 2 ** 20;
const GIB = 2 ** 30;

const connections = wholeNumber({ from: 1, to: 100_000 });
const messagesPerConnection = orUnlimited(wholeNumber({ from: 1, to: 1_000_000 }));

export const limits = section('Bounds on what clients may ask for.', {
  messageSize: setting(size({ from: KIB, to: 2 * GIB }), {
    default: '50MiB',
    live: true,
    summary: 'The largest message taken; announced by SIZE.',
  }),
  recipientsPerMessage: setting(wholeNumber({ from: 100, to: 100_000 }), {
    default: 1000,
    live: true,
    summary: 'Recipients of one message. RFC 5321 section 4.5.3.1.8 asks for 100 at least.',
  }),
  messagesPerConnection: setting(messagesPerConnection, {
    default: 'unlimited',
    live: true,
    summary: 'Messages one client may send over one connection.',
  }),
  connections: setting(connections, {
    default: 2000,
    live: true,
    summary:
      'Clients at the same time, for each worker, all protocols together; further ones are answered 421.',
  }),
  connectionsPerIp: setting(connections, {
    default: 50,
    live: true,
    summary: 'Clients at the same time from one address, for each worker (Postfix: 50).',
  }),
  errorsPerConnection: setting(wholeNumber({ from: 1, to: 10_000 }), {
    default: 20,
    live: true,
    summary: 'Refused commands after which a client is sent away (Postfix: 20).',
  }),
  loginFailuresPerConnection: setting(wholeNumber({ from: 1, to: 100 }), {
    default: 3,
    live: true,
    summary: 'Wrong passwords after which a client is sent away.',
  }),
  receivedHeaders: setting(wholeNumber({ from: 10, to: 1000 }), {
    default: 100,
    live: true,
    summary: 'Received headers that prove a loop (RFC 5321 section 6.3: at least 100).',
  }),
  smtpIdle: setting(duration({ from: SECOND, to: HOUR }), {
    default: '5m',
    live: true,
    summary: 'Silence after which an SMTP client is sent away (RFC 5321 section 4.5.3.2.7: 5 minutes).',
  }),
  pop3Idle: setting(duration({ from: SECOND, to: DAY }), {
    default: '10m',
    live: true,
    summary: 'Silence after which a POP3 client is sent away (RFC 1939 section 3: 10 minutes at least).',
  }),
  headerSize: setting(size({ from: 16 * KIB, to: 16 * MIB }), {
    default: '256KiB',
    live: true,
    summary:
      'The largest header of a message, all its lines together (Postfix: 100 KiB for each line); 552 beyond.',
  }),
  smtpSession: setting(duration({ from: MINUTE, to: 7 * DAY }), {
    default: '1h',
    live: true,
    summary: 'The longest SMTP session; it ends at the next command, never within a message.',
  }),
  pop3Session: setting(duration({ from: MINUTE, to: 7 * DAY }), {
    default: '24h',
    live: true,
    summary: 'The longest POP3 session: a mailbox is locked while one lasts.',
  }),
  dataRate: setting(size({ from: 1, to: 16 * MIB }), {
    default: '100B',
    live: true,
    summary:
      'Octets per second that a client must send or take, on average, once a message has lasted a minute. Slower ones hold a place that others need.',
  }),
  junkCommands: setting(wholeNumber({ from: 10, to: 1_000_000 }), {
    default: 100,
    live: true,
    summary:
      'NOOP, RSET, HELP, VRFY and the like between two messages; each further one counts as an error (Postfix: 100).',
  }),
  loginFailuresPerAccount: setting(wholeNumber({ from: 1, to: 1_000_000 }), {
    default: 20,
    live: true,
    summary:
      'Wrong passwords for one account within `loginFailureWindow` after which its logins from addresses that never logged in are refused for a while.',
  }),
  loginFailuresPerIp: setting(wholeNumber({ from: 1, to: 1_000_000 }), {
    default: 50,
    live: true,
    summary:
      'Wrong passwords from one address within `loginFailureWindow` after which its logins are refused for a while.',
  }),
  loginFailureWindow: setting(duration({ from: SECOND, to: DAY }), {
    default: '10m',
    live: true,
    summary: 'How long a wrong password is remembered.',
  }),
  loginFailureDelay: setting(duration({ from: 0, to: MINUTE }), {
    default: '1s',
    live: true,
    summary:
      'How long the answer to a wrong password waits; twice as long for each further one, up to 8 times.',
  }),
  userMessagesPerHour: setting(orUnlimited(wholeNumber({ from: 1, to: 100_000_000 })), {
    default: 1000,
    live: true,
    summary:
      'Messages that one user may submit in an hour, on each node: bounds what a stolen password does.',
  }),
  userRecipientsPerHour: setting(orUnlimited(wholeNumber({ from: 1, to: 100_000_000 })), {
    default: 5000,
    live: true,
    summary: 'Recipients, all submitted messages of one user in an hour together, on each node.',
  }),
});
