// Errors as data: the closed list of everything that can go wrong on purpose. A Failure carries a code; the code has
// one kind, which tells the caller what to do next, and one sentence for the reference page. Edges translate codes and
// kinds into replies; nobody looks at message text. Anything thrown that is not a Failure is a bug.

/** What a failure asks of the caller. */
export const failureKinds = {
  input: 'What was asked is wrong and stays wrong; ask differently.',
  denied: 'The other side knows the request and refuses it to us.',
  conflict: 'Somebody else was first; look again before trying again.',
  temporary: 'Nothing was changed; the same request may succeed later.',
  permanent: 'Trying again does not help; a person has to act.',
  overloaded: 'Nothing was changed and nothing was sent; slow down.',
  uncertain: 'It may have happened. Repeat it with the same id, or look, before deciding.',
} as const;

export type FailureKind = keyof typeof failureKinds;

export const failureCodes = {
  'config-invalid': { kind: 'input', means: 'The configuration has errors; each is listed with its place.' },
  'name-invalid': { kind: 'input', means: 'A login, mailbox or domain name is not one we can store.' },
  'address-invalid': {
    kind: 'input',
    means: 'What was given is not a mail address (RFC 5321 section 4.1.2).',
  },
  'address-not-ascii': {
    kind: 'input',
    means: 'A mail address has characters beyond ASCII, and SMTPUTF8 was not announced (RFC 6531).',
  },
  'password-invalid': {
    kind: 'input',
    means: 'A password is empty, longer than 1024 octets, or has a NUL.',
  },
  'id-too-old': {
    kind: 'input',
    means: 'A message id is over a day old; it could land in a partition already swept.',
  },
  'id-from-future': { kind: 'input', means: "A message id is ahead of this machine's clock by minutes." },
  'clock-untrusted': {
    kind: 'temporary',
    means:
      "This machine's clock and those of the ring are minutes apart; nothing is stored until they agree.",
  },
  'body-interrupted': { kind: 'input', means: 'The stream that brought a message body ended in an error.' },
  'message-too-large': { kind: 'input', means: 'A message has more octets than `limits.messageSize`.' },
  'header-too-large': {
    kind: 'input',
    means: 'The header of a message has more octets than `limits.headerSize`.',
  },
  'bare-newline': {
    kind: 'input',
    means: 'A message has a CR or LF that stands alone, by which mail can be smuggled past other servers.',
  },
  'mail-loop': {
    kind: 'input',
    means: 'A message has `limits.receivedHeaders` Received lines: it goes in circles.',
  },
  'deadline-passed': {
    kind: 'temporary',
    means: 'The time allowed for this was used up before anything was sent.',
  },
  'too-busy': { kind: 'overloaded', means: 'As much work as allowed is in flight and waiting already.' },
  'store-overloaded': { kind: 'overloaded', means: 'The store itself said that it has too much to do.' },
  'store-unavailable': {
    kind: 'temporary',
    means: 'Too few replicas are alive for the consistency asked for, or none can be reached.',
  },
  'store-read-failed': { kind: 'temporary', means: 'Replicas did not answer a read in time, or failed it.' },
  'store-write-uncertain': {
    kind: 'uncertain',
    means: 'A write was sent and its answer did not come in time: it may have happened.',
  },
  'store-cas-uncertain': {
    kind: 'uncertain',
    means: 'A conditional write was sent and neither its answer nor a look afterwards decided it.',
  },
  'store-full': {
    kind: 'temporary',
    means: 'The disk (or quota) of the store is full; nothing was written.',
  },
  'store-in-use': { kind: 'conflict', means: 'Another node is already running on this data folder.' },
  'store-unusable': {
    kind: 'permanent',
    means: 'The data folder of the embedded store is missing, not a folder, or not ours to write to.',
  },
  'store-damaged': { kind: 'permanent', means: 'The file of the embedded store is not readable as one.' },
  'store-format': {
    kind: 'permanent',
    means: 'The data was written by a version whose format we do not know.',
  },
  'store-closed': { kind: 'temporary', means: 'The store is shutting down and takes no more work.' },
  'record-damaged': { kind: 'permanent', means: 'A stored record cannot be understood.' },
  'body-missing': {
    kind: 'temporary',
    means: 'A message is listed and its body cannot be found on any replica (yet).',
  },
  'group-too-large': {
    kind: 'input',
    means: 'More was handed over as one group of queue items than fits one atomic write.',
  },
  'stamp-exhausted': {
    kind: 'permanent',
    means: 'A relay queue has counted further than its stamps reach; it must be taken over anew.',
  },
  'lease-lost': { kind: 'conflict', means: 'Another gateway owns this relay queue now.' },
  'slice-dropped': {
    kind: 'conflict',
    means: 'A queued message was to go into a part of its queue that had been dropped; it needs another.',
  },
  'relay-closed': {
    kind: 'temporary',
    means: 'Nothing is taken for relaying while the store cannot keep it safe; it opens again by itself.',
  },
  'item-finished': {
    kind: 'conflict',
    means: 'A queued message that was taken over had been dealt with by its former owner.',
  },
  'schema-missing': {
    kind: 'permanent',
    means: 'The keyspace has no tables of ours and we may not create them.',
  },
  'schema-unknown': {
    kind: 'temporary',
    means:
      'A ring node finds a statement invalid; mostly it has not heard yet of a keyspace, table or column of ours.',
  },
  'schema-newer': { kind: 'permanent', means: 'The ring has a newer schema than this program knows.' },
  'schema-partial': {
    kind: 'permanent',
    means: 'A schema change was begun and never finished, or was altered by hand.',
  },
  'schema-replication': {
    kind: 'permanent',
    means: "The keyspace's replication is not what the configuration says.",
  },
  'ring-unreachable': { kind: 'temporary', means: 'No contact point of the ring answers.' },
  'ring-not-cassandra': { kind: 'permanent', means: 'What answers at a contact point does not speak CQL.' },
  'ring-too-old': { kind: 'permanent', means: 'A ring node runs a Cassandra older than we support.' },
  'ring-login-refused': { kind: 'denied', means: 'The ring refuses our user name or password.' },
  'ring-tls-failed': {
    kind: 'permanent',
    means: "The TLS connection to the ring failed: its certificate or ours isn't accepted.",
  },
  'ring-permission-missing': {
    kind: 'denied',
    means:
      'The ring user may log in and may not do what the store needs; grant it the rights on the keyspace.',
  },
  'ring-refused': {
    kind: 'permanent',
    means:
      'A ring node refuses a statement for good: its settings forbid it, or it is no Cassandra that we know.',
  },
  'ring-datacenter-unknown': { kind: 'permanent', means: 'No ring node is in the configured data centre.' },
  'ring-clock-skew': { kind: 'permanent', means: "A ring node's clock is minutes away from this machine's." },
  'worker-died': { kind: 'permanent', means: 'A worker process ended before it could serve anybody.' },
  'listen-failed': {
    kind: 'permanent',
    means: 'An address cannot be listened at: it is taken, not of this machine, or not allowed to us.',
  },
  'user-unknown': { kind: 'input', means: 'There is no user of that address.' },
  'user-exists': { kind: 'conflict', means: 'There is a user of that address already.' },
  'removal-unknown': { kind: 'input', means: 'The user is there, and nobody is removing him.' },
  'mailbox-unknown': { kind: 'input', means: 'The user has no mailbox of that name.' },
  'mailbox-exists': {
    kind: 'conflict',
    means: 'The user has a mailbox of that name already, or one that is still being removed.',
  },
  'mailbox-needed': { kind: 'input', means: 'The inbox and the outbox of a user cannot be removed.' },
  'mailbox-not-empty': {
    kind: 'conflict',
    means: 'There is mail in the mailbox; removing it with its mail wants to be forced.',
  },
  'mailbox-in-use': { kind: 'conflict', means: 'A POP3 session has the mailbox open.' },
  'mailbox-limit': { kind: 'conflict', means: 'The user has as many mailboxes as one may have.' },
  'alias-unknown': { kind: 'input', means: 'There is no such alias.' },
  'alias-exists': {
    kind: 'conflict',
    means: 'There is such an alias already; other targets want --replace.',
  },
  'target-unknown': {
    kind: 'input',
    means: 'An alias or catch-all would lead to an address of ours at which nobody is.',
  },
  'domain-unknown': { kind: 'input', means: 'That is no domain of this service.' },
  'domain-exists': { kind: 'conflict', means: 'That is a domain of this service already.' },
  'domain-in-use': {
    kind: 'conflict',
    means: 'Users have addresses in the domain; removing it wants to be forced.',
  },
  'domain-configured': {
    kind: 'input',
    means: 'The configuration names the domain; it is removed there and not by command.',
  },
  'changed-meanwhile': {
    kind: 'conflict',
    means: 'What was to be changed was changed by somebody else at the same time; look again.',
  },
  'tls-unusable': {
    kind: 'permanent',
    means: 'A certificate or key cannot be read, or the two do not belong together.',
  },
  'tls-handshake-failed': {
    kind: 'input',
    means: 'A client that was to speak TLS did not, or not in time, or found our certificate wanting.',
  },
  'request-invalid': {
    kind: 'input',
    means: 'An HTTP request has a body, field or parameter that it should not have, or lacks one.',
  },
  'media-type-unknown': {
    kind: 'input',
    means:
      'The body of an HTTP request is said to be something else than JSON, or nothing is said of what it is.',
  },
  'request-too-large': { kind: 'input', means: 'The body of an HTTP request is larger than any should be.' },
  'path-unknown': { kind: 'input', means: 'There is nothing at this path of the HTTP interface.' },
  'method-unknown': { kind: 'input', means: 'This path of the HTTP interface does not know this method.' },
  'token-needed': { kind: 'denied', means: "An HTTP request needs the node's token and came without." },
  'token-wrong': {
    kind: 'denied',
    means: 'An HTTP request came with a token that is not that of this node.',
  },
  'token-unusable': {
    kind: 'permanent',
    means: 'The file with the token in the data folder cannot be read or made, or holds no token.',
  },
  'not-ready': { kind: 'temporary', means: 'The node lives and cannot take mail now; its detail says why.' },
  'node-bug': {
    kind: 'permanent',
    means: 'A bug in CassMail; the log of the node has its trace. Please report it.',
  },
  'node-unreachable': {
    kind: 'temporary',
    means: 'No node answers HTTP where the configuration says that it listens.',
  },
  'node-strange': {
    kind: 'permanent',
    means: 'What answers at the address of the node is no CassMail node, or one of another version.',
  },
  'lab-missing-tool': {
    kind: 'permanent',
    means: 'A program that the local ring needs is not on this machine.',
  },
  'lab-ring-failed': {
    kind: 'permanent',
    means: 'The local ring, or one node of it, did not do what was asked.',
  },
} as const satisfies Record<string, { kind: FailureKind; means: string }>;

export type FailureCode = keyof typeof failureCodes;

export class Failure extends Error {
  readonly code: FailureCode;

  constructor(code: FailureCode, detail: string, options?: { cause?: unknown }) {
    super(detail, options);
    this.name = 'Failure';
    this.code = code;
  }

  get kind(): FailureKind {
    return failureCodes[this.code].kind;
  }
}

/** Passes a Failure on as it is; anything else is a bug and is thrown again. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  throw error;
}
