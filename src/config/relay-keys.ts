// The keys below `relay`: where outgoing mail goes and how hard it is tried.
import { domainKey, endpoint, ipAddress, network } from './address-kinds.js';
import { orWord, path, secret, textMatching, truth } from './kind.js';
import { decimalNumber, duration, orUnlimited, port, wholeNumber } from './quantity-kinds.js';
import { list, map, optional, section, setting } from './schema.js';

const SECOND = 1000;
const DAY = 24 * 60 * 60 * SECOND;

const connections = wholeNumber({ from: 1, to: 100_000 });
const retryTime = duration({ from: SECOND, to: 30 * DAY });
const messagesPerSecond = orUnlimited(decimalNumber({ from: 0.001, to: 1_000_000 }));
const recipientsPerMessage = wholeNumber({ from: 1, to: 10_000 });
const requireTls = orWord(truth, 'verified', 'verified');
const messagesPerConnection = orUnlimited(wholeNumber({ from: 1, to: 1_000_000 }));

const retry = section('When a message that could not be delivered yet is tried again.', {
  first: setting(retryTime, { default: '5m', live: true, summary: 'Wait after the first attempt.' }),
  factor: setting(decimalNumber({ from: 1, to: 10 }), {
    default: 2,
    live: true,
    summary: 'Each further wait is this many times the one before.',
  }),
  max: setting(retryTime, { default: '4h', live: true, summary: 'The longest wait.' }),
  warnAfter: setting(retryTime, {
    default: '4h',
    live: true,
    summary: 'Tell the sender once that the message is late. Not sent where it is not before `giveUpAfter`.',
  }),
  giveUpAfter: setting(retryTime, {
    default: '5d',
    live: true,
    summary: 'Return the message to its sender (RFC 5321 section 4.5.4.1 asks for 4 to 5 days at least).',
  }),
});

const perDestination = section('What one destination is given, by each gateway process.', {
  connections: setting(connections, { default: 20, live: true, summary: 'Connections at the same time.' }),
  messagesPerConnection: setting(messagesPerConnection, {
    default: 100,
    live: true,
    summary: 'Messages over one connection before it is closed.',
  }),
  messagesPerSecond: setting(messagesPerSecond, {
    default: 'unlimited',
    live: true,
    summary: 'Messages started in a second.',
  }),
  recipientsPerMessage: setting(recipientsPerMessage, {
    default: 50,
    live: true,
    summary:
      'Recipients of one message that are named in one transaction; the others follow in the next (RFC 5321 section 4.5.3.1.8: a host takes 100 at least).',
  }),
  requireTls: setting(requireTls, {
    default: false,
    live: true,
    summary:
      'false: encrypted where the host offers it. true: encrypted or not at all. verified: also with a certificate that is valid for the name of the host.',
  }),
  sourceAddress: optional(ipAddress, {
    live: true,
    summary:
      'The address of this machine that hosts are called from; only hosts of its kind (IPv4 or IPv6) are. Left out: the system chooses.',
  }),
});

const destination = section('Other limits for one destination; what is left out is as in `perDestination`.', {
  connections: optional(connections, { live: true, summary: 'Connections at the same time.' }),
  messagesPerConnection: optional(messagesPerConnection, {
    live: true,
    summary: 'Messages over one connection before it is closed.',
  }),
  messagesPerSecond: optional(messagesPerSecond, { live: true, summary: 'Messages started in a second.' }),
  recipientsPerMessage: optional(recipientsPerMessage, {
    live: true,
    summary: 'Recipients of one message that are named in one transaction.',
  }),
  requireTls: optional(requireTls, { live: true, summary: 'Encrypted or not at all.' }),
  sourceAddress: optional(ipAddress, {
    live: true,
    summary: 'The address of this machine that hosts are called from.',
  }),
});

export const relay = section('Sending mail to other hosts.', {
  from: list(network, {
    default: [],
    live: true,
    summary: 'Networks that may relay without logging in. Empty: nobody, so that the node is no open relay.',
  }),
  smarthost: optional(endpoint, {
    live: true,
    summary: 'Host that takes all outgoing mail; else each domain is looked up in the DNS (MX).',
  }),
  smarthostLogin: section(
    'How to log in at the smarthost, where it asks for that. Never sent in clear text off loopback.',
    {
      user: optional(textMatching('a user name on one line', /^[^\0\r\n]{1,256}$/), {
        live: true,
        summary: 'User name at the smarthost.',
      }),
      password: optional(secret, { live: true, summary: 'Password at the smarthost.' }),
      passwordFile: optional(path, {
        live: true,
        summary: 'File whose first line is the password at the smarthost.',
      }),
    },
  ),
  keptIdle: setting(duration({ from: 0, to: 300 * SECOND }), {
    default: '5s',
    live: true,
    summary:
      'How long a connection that has delivered a message is kept for the next one. Remote hosts want their places back: Postfix keeps it for 2 s.',
  }),
  routes: map(
    { name: 'DOMAIN', kind: domainKey },
    setting(endpoint, { default: null, summary: 'The host for this domain.' }),
    {
      default: {},
      live: true,
      summary: 'Domains whose mail goes to a given host, without a look at the DNS.',
    },
  ),
  dns: section('How destinations are found.', {
    servers: list(endpoint, { default: [], summary: "DNS servers to ask. Empty: the machine's own." }),
    mxPort: setting(port, { default: 25, summary: 'The port that remote hosts are called on.' }),
    allowLoopbackMx: setting(truth, {
      default: false,
      summary: 'Deliver to an MX that is this machine. Only for tests: mail could go round in circles.',
    }),
  }),
  retry,
  perDestination,
  destinations: map({ name: 'DOMAIN', kind: domainKey }, destination, {
    default: {},
    live: true,
    summary: 'Destinations that need gentler or rougher treatment than `perDestination`.',
  }),
});
