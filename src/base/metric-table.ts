// Every metric the program exports, defined once: name, type, labels, meaning. The reference page is generated from
// here, and code can use only what is listed.

interface MetricDefinition {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
  readonly help: string;
}

export const metricTable = {
  cassmail_store_statement_seconds: {
    type: 'histogram',
    labels: ['statement', 'outcome'],
    help: 'Time of one statement or transaction, by its name and by how it ended (ok or a failure code).',
  },
  cassmail_store_in_flight: {
    type: 'gauge',
    labels: [],
    help: 'Statements sent to the store and not answered yet.',
  },
  cassmail_store_refused_total: {
    type: 'counter',
    labels: [],
    help: 'Statements refused unsent because as many as allowed were in flight and waiting.',
  },
  cassmail_store_retries_total: {
    type: 'counter',
    labels: ['statement'],
    help: 'Idempotent statements sent again within their time budget.',
  },
  cassmail_ring_nodes_up: {
    type: 'gauge',
    labels: [],
    help: 'Ring nodes that answer this process.',
  },
  cassmail_logins_total: {
    type: 'counter',
    labels: ['outcome'],
    help: 'Logins by how they ended: granted, refused, disabled, slowed (not looked at), failed (no answer of the store).',
  },
  cassmail_logins_remembered_total: {
    type: 'counter',
    labels: [],
    help: 'Right passwords known as such without computing a hash, since they were proven in the last minutes.',
  },
  cassmail_messages_accepted_total: {
    type: 'counter',
    labels: [],
    help: 'Messages that are durable in every mailbox they are for and, for other destinations, in the relay queue.',
  },
  cassmail_messages_accepted_bytes_total: {
    type: 'counter',
    labels: [],
    help: 'Octets of those messages, each counted once however many mailboxes have it.',
  },
  cassmail_relay_recipients_total: {
    type: 'counter',
    labels: ['outcome'],
    help: 'Recipients at other hosts after an attempt: delivered, deferred, failed, expired (deferred for too long).',
  },
  cassmail_relay_reports_total: {
    type: 'counter',
    labels: ['action'],
    help: 'Delivery reports to senders: failed, delayed, relayed, delivered.',
  },
  cassmail_relay_sessions_total: {
    type: 'counter',
    labels: ['outcome'],
    help: 'Sessions with remote hosts that deliveries asked for: reused (one that was kept), secured (opened, with TLS), opened (in clear text), or what went wrong (unreachable, too-slow, lost, garbage, insecure, refused).',
  },
  cassmail_relay_sessions_kept: {
    type: 'gauge',
    labels: [],
    help: 'Sessions with remote hosts that wait for another message.',
  },
  cassmail_relay_attempts_under_way: {
    type: 'gauge',
    labels: [],
    help: 'Attempts to deliver to other hosts that are being made now.',
  },
  cassmail_messages_refused_total: {
    type: 'counter',
    labels: ['code'],
    help: 'Messages whose content was sent and that nobody got, by failure code (other: the client broke off).',
  },
  cassmail_message_store_seconds: {
    type: 'histogram',
    labels: [],
    help: 'Time from the last octet of a message until it was durable.',
  },
  cassmail_clean_ups_total: {
    type: 'counter',
    labels: ['what', 'outcome'],
    help: 'What failed messages left in the store and was undone (done) or not (given-up): deliveries (take-back), bodies (discard).',
  },
  cassmail_clean_ups_pending: {
    type: 'gauge',
    labels: [],
    help: 'What failed messages left in the store and is still to be undone.',
  },
  cassmail_mailboxes_open: {
    type: 'gauge',
    labels: [],
    help: 'Mailboxes that POP3 sessions of this process have open.',
  },
  cassmail_mailbox_opens_total: {
    type: 'counter',
    labels: ['outcome'],
    help: 'Attempts to open a mailbox, by how they ended: opened, in-use, or a failure code.',
  },
  cassmail_mailbox_claims_lost_total: {
    type: 'counter',
    labels: [],
    help: 'Sessions that lost their lock on a mailbox while they had it open.',
  },
  cassmail_smtp_refusals_total: {
    type: 'counter',
    labels: ['profile', 'code'],
    help: 'Commands and messages answered 4yz or 5yz.',
  },
  cassmail_smtp_lines_completed_total: {
    type: 'counter',
    labels: [],
    help: 'Messages sent by BDAT whose last line had no end and was given one.',
  },
  cassmail_connections_open: {
    type: 'gauge',
    labels: ['protocol'],
    help: 'Clients that are connected, those included that have not been greeted yet.',
  },
  cassmail_connections_accepted_total: {
    type: 'counter',
    labels: ['protocol'],
    help: 'Clients that were handed to a protocol.',
  },
  cassmail_connections_refused_total: {
    type: 'counter',
    labels: ['protocol', 'reason'],
    help: 'Clients that were sent away: too many in all or from their address, or no PROXY header where one is due.',
  },
  cassmail_tls_handshakes_total: {
    type: 'counter',
    labels: ['protocol', 'outcome'],
    help: 'TLS handshakes with clients, at once or after STARTTLS or STLS: ok or failed.',
  },
  cassmail_pop3_logins_total: {
    type: 'counter',
    labels: ['outcome'],
    help: 'POP3 logins: granted, or what they were turned away for.',
  },
  cassmail_pop3_sessions_total: {
    type: 'counter',
    labels: ['ended'],
    help: 'POP3 sessions that have ended, with or without a login, by how they ended.',
  },
  cassmail_pop3_retrieved_total: { type: 'counter', labels: [], help: 'Messages sent whole by RETR.' },
  cassmail_pop3_retrieved_octets_total: {
    type: 'counter',
    labels: [],
    help: 'Octets of messages sent whole by RETR, before dot-stuffing.',
  },
  cassmail_pop3_removed_total: { type: 'counter', labels: [], help: 'Messages removed at QUIT.' },
  cassmail_dns_lookups_total: {
    type: 'counter',
    labels: ['type', 'outcome'],
    help: 'Questions to the DNS that memory had no answer to, by record type and by how they ended: found, no-such-name, no-data, or why nobody could tell (no-answer, bad-answer, alias-loop, deadline-passed, too-busy).',
  },
  cassmail_relay_open: {
    type: 'gauge',
    labels: [],
    help: 'Processes that take mail for relaying: not one whose store has failed to keep it safe.',
  },
  cassmail_relay_queues: {
    type: 'gauge',
    labels: ['kind'],
    help: 'Relay queues whose lease is held: own (begun here) and adopted from gateways that died or stopped.',
  },
  cassmail_relay_items: {
    type: 'gauge',
    labels: [],
    help: 'Queued messages in memory, each counted once for every destination it is for.',
  },
  cassmail_relay_groups_total: {
    type: 'counter',
    labels: [],
    help: 'Writes that made queued messages durable, each a group of them.',
  },
  cassmail_relay_items_stored_total: {
    type: 'counter',
    labels: [],
    help: 'Queued messages that were made durable.',
  },
  cassmail_relay_store_seconds: {
    type: 'histogram',
    labels: [],
    help: 'Time until what was to be relayed was durable and its lease confirmed.',
  },
  cassmail_relay_items_settled_total: {
    type: 'counter',
    labels: ['outcome'],
    help: 'Queued messages whose outcome was made durable: done or deferred.',
  },
  cassmail_relay_items_recovered_total: {
    type: 'counter',
    labels: ['outcome'],
    help: 'What was found in queues that were taken over: live, damaged (kept, not sent), finished (by the former owner).',
  },
  cassmail_relay_takeovers_total: {
    type: 'counter',
    labels: ['reason'],
    help: 'Relay queues taken over from gateways that fell silent (silent) or stopped (handed-over).',
  },
  cassmail_relay_leases_lost_total: {
    type: 'counter',
    labels: [],
    help: 'Relay queues that another gateway took over from this one.',
  },
  cassmail_relay_possible_duplicates_total: {
    type: 'counter',
    labels: ['cause'],
    help: 'Queued messages that may be delivered twice: their storing was uncertain and the sender tries again (store), or their lease was lost while they were in flight or their outcome was not durable (lease).',
  },
} as const satisfies Record<string, MetricDefinition>;

export type MetricName = keyof typeof metricTable;

/** The names of those metrics that have this type. */
export type MetricOfType<Type extends MetricDefinition['type']> = {
  [Name in MetricName]: (typeof metricTable)[Name]['type'] extends Type ? Name : never;
}[MetricName];

/** Exactly the labels the table lists. */
export type LabelsOf<Name extends MetricName> = Readonly<
  Record<(typeof metricTable)[Name]['labels'][number], string>
>;
