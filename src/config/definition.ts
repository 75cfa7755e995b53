// Every key of `cassmail.yaml`: what it means, what it may be, what it is when nobody says, and whether a change takes
// effect without a restart. Types, checks, the reference page and the example file all follow from this table.
// Postfix' defaults are followed where Postfix has the same knob, since operators know them and they have proved well.
import {
  domain,
  domainKey,
  endpoint,
  host,
  hostName,
  listenAddress,
  mailAddress,
  network,
} from './address-kinds.js';
import { choice, orWord, path, secret, textMatching, truth } from './kind.js';
import { duration, orUnlimited, port, size, wholeNumber } from './quantity-kinds.js';
import { consistencyLevel, dataCenter, keyspace, replicationFactor } from './ring-kinds.js';
import { limits } from './limit-keys.js';
import { relay } from './relay-keys.js';
import { list, map, optional, section, sectionOf, setting, type ValueOf } from './schema.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MIB = 2 ** 20;
const TIB = 2 ** 40;

const line = textMatching('text on one line', /^[^\0\r\n]{1,1024}$/);

const consistency = section('How many replicas must answer before mail counts as written or read.', {
  write: setting(consistencyLevel, {
    default: 'LOCAL_QUORUM',
    summary: 'For writing mail. With reads at the same level an acknowledged message is always seen.',
  }),
  read: setting(consistencyLevel, { default: 'LOCAL_QUORUM', summary: 'For reading mail.' }),
  overrides: section('Other levels for single operations.', {
    deliver: optional(consistencyLevel, { summary: 'Storing a message in a mailbox; else as `write`.' }),
    list: optional(consistencyLevel, { summary: 'Listing what is in a mailbox; else as `read`.' }),
    retrieve: optional(consistencyLevel, { summary: 'Fetching one message; else as `read`.' }),
    remove: optional(consistencyLevel, { summary: 'Deleting a message; else as `write`.' }),
  }),
});

const cassandra = section('The ring, where `store.kind` is `cassandra`.', {
  contactPoints: list(host, {
    default: ['127.0.0.1'],
    isNeverEmpty: true,
    summary: 'Ring nodes to ask first; the others are learned from them. Name two or more.',
  }),
  port: setting(port, { default: 9042, summary: 'Port of the native protocol on every ring node.' }),
  localDataCenter: setting(dataCenter, {
    default: 'datacenter1',
    summary: 'The data centre whose ring nodes this node talks to. A wrong name stops the start.',
  }),
  keyspace: setting(keyspace, { default: 'mail', summary: 'Where our tables are.' }),
  replicationFactor: setting(replicationFactor, {
    default: 3,
    summary:
      'On how many ring nodes each message is kept, in all or for each data centre. Used when the keyspace is created; `cassmail schema apply` alters it later. With 3, one ring node may be lost without notice; with 2, accounts and relaying need both.',
  }),
  consistency,
  username: optional(line, { summary: 'Login at the ring, where it asks for one.' }),
  password: optional(secret, { summary: 'Password at the ring.' }),
  passwordFile: optional(path, { summary: 'File whose first line is the password at the ring.' }),
  tls: section('Encryption between this node and the ring.', {
    enabled: setting(truth, { default: false, summary: 'Speak TLS to the ring.' }),
    ca: optional(path, {
      summary:
        "PEM file of the authority that signed the ring's certificates; else the system's authorities.",
    }),
    cert: optional(path, { summary: 'PEM file of our certificate, where the ring asks for one.' }),
    key: optional(path, { summary: 'PEM file of the key of `cert`.' }),
    verify: setting(truth, {
      default: true,
      summary:
        'Refuse a ring node whose certificate is not signed by a known authority or not for its address.',
    }),
  }),
  requestTimeout: setting(duration({ from: 100, to: 5 * MINUTE }), {
    default: '5s',
    summary:
      "How long one request may take. Above Cassandra's own write time-out (2s), so that its answer is heard.",
  }),
  inFlight: setting(wholeNumber({ from: 1, to: 32_768 }), {
    default: 256,
    summary:
      'Requests sent and not answered yet, for each worker. More makes an overloaded ring drop answers; fewer leaves it idle.',
  }),
  waiting: setting(wholeNumber({ from: 0, to: 1_000_000 }), {
    default: 1024,
    summary:
      'Requests that may wait for their turn, for each worker; beyond that mail is answered 451 at once.',
  }),
});

export const configDefinition = section('The whole file.', {
  hostname: setting(orWord(hostName, 'auto', 'auto'), {
    default: 'auto',
    summary: "This node's name in greetings and Received headers. auto: the machine's own name.",
  }),
  domains: list(domain, {
    default: [],
    live: true,
    summary: 'Domains whose mail is for mailboxes here. More can be added by `cassmail domain add`.',
  }),
  data: setting(path, {
    default: './data',
    summary: 'Folder of the embedded store, of keys made by the node, and of the admin token.',
  }),
  roles: list(choice(['smtp', 'pop3', 'gateway', 'admin']), {
    default: ['smtp', 'pop3', 'gateway', 'admin'],
    isNeverEmpty: true,
    summary:
      'What this node does: take mail (smtp, with submission), serve mailboxes (pop3), relay mail (gateway), answer operators (admin).',
  }),
  workers: setting(orWord(wholeNumber({ from: 1, to: 512 }), 'auto', 'auto'), {
    default: 'auto',
    summary: 'Processes that share the work. auto: one for each core.',
  }),
  store: section('Where everything is kept.', {
    kind: setting(choice(['embedded', 'cassandra']), {
      default: 'embedded',
      summary: 'embedded: in `data` on this machine, nothing to install. cassandra: in a replicated ring.',
    }),
    cassandra,
  }),
  smtp: section('Mail from other servers.', {
    listen: list(listenAddress, {
      default: ['127.0.0.1:2525'],
      summary: 'Where to listen (25 is the usual port).',
    }),
    bareNewlines: setting(choice(['refuse', 'normalise']), {
      default: 'refuse',
      live: true,
      summary:
        'What to do with a message that has CR or LF alone, by which mail can be smuggled past other servers: refuse it, or make each of them CRLF. Submission too.',
    }),
    greetingDelay: setting(duration({ from: 0, to: MINUTE }), {
      default: '0ms',
      live: true,
      summary:
        'Wait before the greeting; whoever talks earlier is sent away. Keeps off some robots and costs every honest client as much.',
    }),
  }),
  submission: section('Mail from our own users, who log in.', {
    listen: list(listenAddress, {
      default: ['127.0.0.1:2587'],
      summary: 'Where to listen; TLS by STARTTLS (587).',
    }),
    implicitTls: list(listenAddress, {
      default: ['127.0.0.1:2465'],
      summary: 'Where to listen with TLS at once (465).',
    }),
    requireTls: setting(truth, {
      default: true,
      live: true,
      summary: 'No login before the connection is encrypted.',
    }),
    checkSender: setting(truth, {
      default: true,
      live: true,
      summary: 'A user may send only under his own address or an alias that leads to him.',
    }),
  }),
  pop3: section('Mailboxes for our users.', {
    listen: list(listenAddress, {
      default: ['127.0.0.1:2110'],
      summary: 'Where to listen; TLS by STLS (110).',
    }),
    implicitTls: list(listenAddress, {
      default: ['127.0.0.1:2995'],
      summary: 'Where to listen with TLS at once (995).',
    }),
    requireTls: setting(truth, {
      default: true,
      live: true,
      summary: 'No login before the connection is encrypted.',
    }),
    loginDelay: setting(duration({ from: 0, to: DAY }), {
      default: '0s',
      live: true,
      summary:
        'Least time between two logins of one user, announced by CAPA (RFC 2449 section 6.5). 0s: none.',
    }),
  }),
  proxies: section('Load balancers in front of us, whose word about the client is believed.', {
    proxyProtocol: list(network, {
      default: [],
      live: true,
      summary:
        'Networks whose connections, to SMTP, submission and POP3, all begin with a PROXY header (version 1 or 2).',
    }),
    xclient: list(network, {
      default: [],
      live: true,
      summary: 'Networks that may use XCLIENT, on SMTP and submission.',
    }),
  }),
  tls: section('Our certificate for SMTP, submission and POP3.', {
    cert: optional(path, {
      live: true,
      summary:
        'PEM file with the certificate and its chain. Left out: a self-signed pair is made once in `data`/tls.',
    }),
    key: optional(path, { live: true, summary: 'PEM file with the key of `cert`.' }),
    names: map(
      { name: 'HOSTNAME', kind: domainKey },
      section('The certificate shown to clients that ask for this host (SNI).', {
        cert: setting(path, { default: null, summary: 'PEM file with the certificate and its chain.' }),
        key: setting(path, { default: null, summary: 'PEM file with the key of `cert`.' }),
      }),
      { default: {}, live: true, summary: 'Certificates for further host names.' },
    ),
  }),
  mailboxes: section('Mailboxes of our users.', {
    defaultDomain: optional(domain, {
      live: true,
      summary: 'The domain of a login without one: `anne` is anne@… Left out: the first of `domains`.',
    }),
    postmaster: optional(mailAddress, {
      live: true,
      summary:
        'Who receives what is addressed to postmaster (RFC 5321 section 4.5.1). Left out: the first user, said at start.',
    }),
    foldLocalPart: setting(truth, {
      default: true,
      summary: 'Anne@… and anne@… are one (ASCII letters only). Off: only the spelling of the account is.',
    }),
    outbox: setting(truth, {
      default: true,
      live: true,
      summary: 'Keep a copy of what a user submits in the mailbox outbox.',
    }),
    autoCreate: setting(truth, {
      default: false,
      live: true,
      summary: 'Make a mailbox that mail is addressed to and that is not there yet.',
    }),
    plusAddressing: setting(truth, {
      default: true,
      live: true,
      summary: 'user+box@domain goes to the mailbox `box` of user@domain.',
    }),
    quotaBytes: setting(orUnlimited(size({ from: MIB, to: 100 * TIB })), {
      default: 'unlimited',
      live: true,
      summary:
        'What one user may keep, all mailboxes together. A soft bound: each worker counts anew every minute (every ten seconds past 80 %) and adds what it delivers itself, so what others deliver meanwhile may go beyond.',
    }),
    quotaMessages: setting(orUnlimited(wholeNumber({ from: 1, to: 1_000_000_000 })), {
      default: 'unlimited',
      live: true,
      summary: 'How many messages one user may keep. A soft bound.',
    }),
  }),
  limits,
  relay,
  admin: section('The HTTP interface for operators, and between nodes.', {
    listen: setting(listenAddress, {
      default: '127.0.0.1:8080',
      summary: 'Where the HTTP interface listens.',
    }),
    advertise: optional(endpoint, {
      summary: 'The address under which the other nodes of a ring reach this one. Needs the shared secret.',
    }),
    peerSecret: optional(secret, {
      summary: 'What the nodes of a ring prove to each other who they are with.',
    }),
    peerSecretFile: optional(path, { summary: 'File whose first line is the shared secret.' }),
  }),
  log: section('What is logged, to standard error.', {
    level: setting(choice(['debug', 'info', 'warn', 'error']), {
      default: 'info',
      live: true,
      summary: 'The least important lines shown.',
    }),
    format: setting(choice(['auto', 'json', 'pretty']), {
      default: 'auto',
      summary: 'auto: pretty on a terminal, JSON lines anywhere else.',
    }),
  }),
});

/** The same, as pages and messages need it. */
export const configSection = sectionOf(configDefinition);

export type Config = ValueOf<typeof configDefinition>;
