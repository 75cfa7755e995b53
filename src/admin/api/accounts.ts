// Users and their mailboxes over HTTP.
import { route } from './route.js';
import { list, named, nullable, object, oneOf, text, truth, wholeNumber } from './shape.js';

const address = text("The user's address.", { example: 'anne@example.com' });
const mailboxName = text('The name of one of his mailboxes.', { example: 'inbox' });
const password = text('The new password; left out: one is made up.');
const madePassword = nullable(
  text('The password that was made up, if none was given. It is shown this once.'),
);
const time = text('A moment, as ISO 8601 has it.', { example: '2026-01-31T12:00:00.000Z' });

const quotaBytes = nullable(wholeNumber('Bytes that he may keep; null: as the configuration says.'));
const quotaMessages = nullable(wholeNumber('Messages that he may keep; null: as the configuration says.'));

export const user = named(
  'User',
  object({
    address,
    isDisabled: truth('No login and no mail; what is there stays.'),
    isBeingRemoved: truth(
      'His mail is going, and then his account; where that was interrupted, removing him again goes on.',
    ),
    createdAt: time,
    mailboxes: list('The names of his mailboxes.', mailboxName),
    quotaBytes,
    quotaMessages,
  }),
);

const usage = {
  messages: wholeNumber('How many messages are in it.'),
  sizeBytes: wholeNumber('Their octets, as RETR sends them.'),
};

export const mailbox = named('Mailbox', object({ name: mailboxName, ...usage }));

export const removal = named(
  'Removal',
  object({
    address,
    state: oneOf('How far it is; what failed goes on when it is asked for again.', [
      'under-way',
      'done',
      'failed',
    ]),
    removedMessages: wholeNumber('Messages removed so far.'),
    removedBytes: wholeNumber('Their octets.'),
    failure: nullable(
      object({ code: text('A failure code.'), detail: text('The same for people.', { maxLength: 4096 }) }),
    ),
  }),
);

export const message = named(
  'Message',
  object({
    id: text('What it is called, in every mailbox.'),
    acceptedAt: time,
    sizeBytes: wholeNumber('Its octets, as RETR sends them.'),
    from: nullable(text('Who it is from, if its header says and can be found.')),
    subject: nullable(text('What it is about, if its header says and can be found.')),
  }),
);

const ofUser = object({ address });
const ofMailbox = object({ address, mailbox: mailboxName });
/** A mailbox may be full, and all of it is counted or removed. */
const LONG_MS = 110_000;

export const userRoutes = {
  list: route('GET /api/v1/users', {
    summary: 'List users, by address',
    query: object(
      {},
      {
        domain: text('Only those of this domain.', { example: 'example.com' }),
        limit: wholeNumber('At most so many (default: 10000).', { minimum: 1, maximum: 100_000 }),
      },
    ),
    reply: object({ users: list('The users.', user), isComplete: truth('There are no more than these.') }),
  }),
  add: route('POST /api/v1/users', {
    summary: 'Add a user, with the mailboxes inbox and outbox',
    body: object({ address }, { password, quotaBytes, quotaMessages }),
    reply: object({
      user,
      password: madePassword,
      addedDomain: nullable(text('The domain that was added for the first user of a service without any.')),
    }),
    status: 201,
    failures: ['user-exists', 'alias-exists', 'domain-unknown', 'name-invalid', 'password-invalid'],
  }),
  show: route('GET /api/v1/users/{address}', {
    summary: 'Show a user, with what is in his mailboxes and which aliases lead to him',
    params: ofUser,
    reply: object({
      user,
      mailboxes: list('His mailboxes with what is in them.', mailbox),
      aliases: list('Addresses of aliases with him among their targets.', text('An alias.')),
    }),
    failures: ['user-unknown'],
    timeMs: LONG_MS,
  }),
  remove: route('DELETE /api/v1/users/{address}', {
    summary:
      'Remove a user with all mail: he is disabled at once, the rest is done in the background; may be repeated to go on',
    params: ofUser,
    reply: removal,
    status: 202,
    failures: ['user-unknown', 'too-busy'],
  }),
  removal: route('GET /api/v1/users/{address}/removal', {
    summary:
      'Say how far the removal of a user is; what was removed is counted by the node that does it, and others say 0',
    params: ofUser,
    reply: removal,
    failures: ['user-unknown', 'removal-unknown'],
  }),
  password: route('PUT /api/v1/users/{address}/password', {
    summary: "Change a user's password",
    params: ofUser,
    body: object({}, { password }),
    reply: object({ password: madePassword }),
    failures: ['user-unknown', 'password-invalid'],
  }),
  disable: route('POST /api/v1/users/{address}/disable', {
    summary: 'Let a user neither log in nor receive mail; what is there stays',
    params: ofUser,
    reply: user,
    failures: ['user-unknown'],
  }),
  enable: route('POST /api/v1/users/{address}/enable', {
    summary: 'Let a user log in and receive mail again',
    params: ofUser,
    reply: user,
    failures: ['user-unknown'],
  }),
  quota: route('PUT /api/v1/users/{address}/quota', {
    summary: 'Set what a user may keep',
    params: ofUser,
    body: object({ quotaBytes, quotaMessages }),
    reply: user,
    failures: ['user-unknown'],
  }),
};

export const mailboxRoutes = {
  list: route('GET /api/v1/users/{address}/mailboxes', {
    summary: 'List the mailboxes of a user with what is in them',
    params: ofUser,
    reply: object({ mailboxes: list('His mailboxes.', mailbox) }),
    failures: ['user-unknown'],
    timeMs: LONG_MS,
  }),
  create: route('POST /api/v1/users/{address}/mailboxes', {
    summary: 'Make a mailbox',
    params: ofUser,
    body: object({ name: mailboxName }),
    reply: mailbox,
    status: 201,
    failures: ['user-unknown', 'mailbox-exists', 'mailbox-limit', 'name-invalid'],
  }),
  show: route('GET /api/v1/users/{address}/mailboxes/{mailbox}', {
    summary: 'Show one mailbox',
    params: ofMailbox,
    reply: mailbox,
    failures: ['user-unknown', 'mailbox-unknown'],
    timeMs: LONG_MS,
  }),
  remove: route('DELETE /api/v1/users/{address}/mailboxes/{mailbox}', {
    summary:
      'Remove a mailbox other than inbox and outbox; one with mail in it only if forced, and the mail goes too; mail on its way is waited for, 15 seconds',
    params: ofMailbox,
    query: object({}, { force: truth('With the mail in it.') }),
    reply: object({
      removedMessages: wholeNumber('Messages that were in it.'),
      removedBytes: wholeNumber('Their octets.'),
    }),
    failures: ['user-unknown', 'mailbox-unknown', 'mailbox-needed', 'mailbox-not-empty', 'mailbox-in-use'],
    timeMs: LONG_MS,
  }),
  messages: route('GET /api/v1/users/{address}/mailboxes/{mailbox}/messages', {
    summary: 'List the messages in a mailbox, oldest first',
    access: 'operator',
    params: ofMailbox,
    query: object(
      {},
      {
        after: text('Only those after the one of this id.', { maxLength: 36 }),
        limit: wholeNumber('At most so many (default: 100).', { minimum: 1, maximum: 1000 }),
      },
    ),
    reply: object({
      messages: list('The messages.', message),
      isComplete: truth('None comes after these.'),
    }),
    failures: ['user-unknown', 'mailbox-unknown'],
    timeMs: LONG_MS,
  }),
};
