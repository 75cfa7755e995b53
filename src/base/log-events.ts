// Every line the program can log: its name, its level and what it tells the operator. The reference page is generated
// from here; code names an event and adds fields, it never composes sentences of its own.

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export const logEvents = {
  'node.starting': { level: 'info', means: 'The node starts; version, store and roles.' },
  'node.started': { level: 'info', means: 'Everything that was configured runs.' },
  'node.listening': { level: 'info', means: 'An address at which clients are served.' },
  'node.postmaster': {
    level: 'info',
    means:
      'Who receives what is addressed to postmaster, since `mailboxes.postmaster` does not say: a user or alias of that name, else the first user.',
  },
  'process.crashed': {
    level: 'error',
    means: 'A process of the node ends because of a bug: please report it, with the whole line.',
  },
  'worker.died': {
    level: 'error',
    means: 'A worker process ended by itself; another one takes its place after the time given.',
  },
  'worker.claims-left': {
    level: 'warn',
    means:
      'The mailboxes that a dead worker had open could not be released: they stay in use for up to a minute.',
  },
  'worker.not-started': {
    level: 'error',
    means: 'The machine made no process for a worker; that is tried again after the time given.',
  },
  'worker.failed': { level: 'error', means: 'A worker process cannot serve; the reason is in the line.' },
  'worker.replaced': { level: 'info', means: 'A worker process serves in the place of one that had died.' },
  'config.reloaded': {
    level: 'info',
    means: 'The configuration was read again: what took effect, and what waits for a restart.',
  },
  'config.reload-refused': {
    level: 'error',
    means: 'The configuration was read again and has errors; the node goes on with the one before.',
  },
  'node.left-unfinished': {
    level: 'warn',
    means: 'Something took too long to end when the node stopped; it was left as it was.',
  },
  'node.stopping': { level: 'info', means: 'A signal asked the node to stop; it finishes what is in hand.' },
  'node.stopped': { level: 'info', means: 'The node has stopped.' },
  'node.failed': {
    level: 'error',
    means: 'The node cannot start, or cannot go on; the reason is in the line.',
  },
  'node.heartbeat-failed': { level: 'warn', means: 'The node could not tell the ring that it is alive.' },
  'node.heartbeat-again': { level: 'info', means: 'The node could tell the ring again that it is alive.' },
  'login.granted': { level: 'debug', means: 'A user logged in.' },
  'login.refused': {
    level: 'info',
    means: 'A login failed: no such user, or a wrong password. The answer was delayed.',
  },
  'login.disabled': {
    level: 'info',
    means: 'A login with the right password was refused: the account is disabled.',
  },
  'login.slowed': {
    level: 'info',
    means:
      'A login was not looked at: too many wrong passwords lately, from this client or for this account.',
  },
  'login.hash-unreadable': {
    level: 'error',
    means: 'The stored password of an account cannot be understood; set a new one.',
  },
  'submission.allowance-exceeded': {
    level: 'warn',
    means:
      'A user submitted more messages, or to more recipients, than allowed in an hour: a mailing to all, or a stolen password.',
  },
  'alias.target-skipped': {
    level: 'warn',
    means:
      'Mail for an alias with several targets went to the others only: this one is unknown, disabled or over quota.',
  },
  'client.refused': {
    level: 'warn',
    means:
      'A client was sent away because as many as allowed are here, in all or from its address; `linesLeftOut` counts such lines left out before this one.',
  },
  'client.proxy-header-refused': {
    level: 'warn',
    means:
      'A connection from a network in `proxies.proxyProtocol` did not begin with a PROXY header, or with a wrong one, and was closed.',
  },
  'client.handshake-failed': {
    level: 'info',
    means: 'A client that connected with TLS at once did not complete its handshake.',
  },
  'listener.accept-failed': {
    level: 'error',
    means: 'A connection could not be accepted; most often the process has no file descriptor left.',
  },
  'tls.self-signed': {
    level: 'warn',
    means:
      'No certificate is configured: a self-signed pair was made, which clients have to be told to trust. `tls.cert` and `tls.key` name a better one.',
  },
  'tls.reloaded': { level: 'info', means: 'A changed certificate is in use.' },
  'tls.reload-refused': {
    level: 'error',
    means: 'A changed certificate or key cannot be used; the one before stays in use.',
  },
  'tls.expires': {
    level: 'warn',
    means: 'A certificate ends in less than two weeks; days below 0: it has ended.',
  },
  'store.promise': {
    level: 'info',
    means: 'What an acknowledgement promises with this store and configuration.',
  },
  'store.weak-reads': {
    level: 'warn',
    means: 'Reads may miss acknowledged writes: R + W is not above the replication factor.',
  },
  'store.full': {
    level: 'error',
    means: 'The disk of the embedded store is full; mail is answered 451 until there is room.',
  },
  'store.room-again': { level: 'info', means: 'The embedded store can write again.' },
  'pop3.session-ended': {
    level: 'info',
    means:
      'A POP3 session that had opened a mailbox has ended: how (ended), what was retrieved and what was removed.',
  },
  'pop3.login-refused': {
    level: 'info',
    means:
      'A POP3 login was turned away; the line has the reason, which the client is told only as far as it may know.',
  },
  'pop3.command-failed': {
    level: 'warn',
    means: 'A POP3 command could not be done because of a failure here; the client was told so.',
  },
  'pop3.message-broken-off': {
    level: 'warn',
    means:
      'A message could not be read to its end after part of it had been sent: the POP3 connection was closed.',
  },
  'pop3.tls-failed': { level: 'info', means: 'The TLS handshake after STLS failed.' },
  'pop3.session-failed': {
    level: 'error',
    means: 'A POP3 session met a fault in this program and was closed.',
  },
  'ring.waiting': { level: 'warn', means: 'The ring cannot be reached; the node waits and tries again.' },
  'ring.connected': { level: 'info', means: 'The ring answers.' },
  'ring.lost': {
    level: 'warn',
    means: 'No ring node answers any more; work is refused as temporary until one does.',
  },
  'ring.node-down': { level: 'warn', means: 'One ring node does not answer.' },
  'ring.node-up': { level: 'info', means: 'One ring node answers (again).' },
  'ring.clock-skew': {
    level: 'warn',
    means: "A ring node's clock differs from this machine's by more than a second.",
  },
  'clock.untrusted': {
    level: 'error',
    means:
      "This machine's clock and those of the ring are minutes apart: mail is refused as temporary until they agree.",
  },
  'clock.not-compared': {
    level: 'warn',
    means:
      "This machine's clock could not be compared with the ring's, for a reason that is no outage; what was found before holds.",
  },
  'clock.trusted-again': {
    level: 'info',
    means: "This machine's clock agrees with those of the ring again.",
  },
  'ring.version-unknown': {
    level: 'warn',
    means:
      'The ring does not say which version one of its nodes runs (its row in system.peers is incomplete); it is taken for new enough.',
  },
  'ring.relay-needs-all-replicas': {
    level: 'warn',
    means:
      'At this replication factor a quorum is every replica: accounts and relaying stop while one is down.',
  },
  'ring.contact-point-wrong': {
    level: 'warn',
    means:
      'A contact point is not a ring node that we can use; the others are used, the configuration needs mending.',
  },
  'ring.fewer-nodes-than-replicas': {
    level: 'warn',
    means:
      'A data centre has fewer ring nodes up than it should keep replicas; some requests may be refused.',
  },
  'schema.applied': { level: 'info', means: 'Tables were created or altered.' },
  'schema.unlock-failed': {
    level: 'warn',
    means:
      'The lock on the schema could not be given back; it lapses within a minute, and nodes that start wait as long.',
  },
  'message.accepted': {
    level: 'info',
    means:
      'A message is durable in every mailbox it is for and, for other destinations, in the relay queue, and its sender is being told so: its id (also in its Received line), the client and the name it gave itself, the sender, the first five recipients, how many recipients, mailboxes and destinations it had, its octets, and the milliseconds from its last octet to being durable.',
  },
  'relay.delivered': {
    level: 'info',
    means:
      "A message was taken by its destination's host for all its recipients there: its id, the destination, the host and its reply.",
  },
  'relay.deferred': {
    level: 'info',
    means:
      'A message could not be delivered to all its recipients at a destination yet; it will be tried again.',
  },
  'relay.failed': {
    level: 'info',
    means:
      'A message cannot be delivered to some of its recipients at a destination (failed), or was tried for as long as it may be (expired). Its sender is told where he asked for that.',
  },
  'relay.destination-dead': {
    level: 'warn',
    means: 'No host of a destination can be reached; it is left alone for a while that grows each time.',
  },
  'relay.destination-back': { level: 'info', means: 'A destination that was dead can be reached again.' },
  'relay.left-under-way': {
    level: 'warn',
    means:
      'Deliveries that had not ended when the node stopped; another gateway makes them again, so a host may have such a message twice.',
  },
  'relay.reported': {
    level: 'info',
    means:
      'The sender of a message is told what became of it (failed, delayed, relayed); the report has an id of its own.',
  },
  'relay.report-undeliverable': {
    level: 'warn',
    means: 'There is nobody to tell what became of a message: its sender has no mailbox, or is no address.',
  },
  'relay.report-put-off': {
    level: 'warn',
    means: 'The report to the sender of a message could not be stored; it is tried again in a minute.',
  },
  'message.refused': {
    level: 'info',
    means: 'A message that was sent got no further than its content; nobody has it. The code says why.',
  },
  'message.in-doubt': {
    level: 'warn',
    means:
      'It could not be told whether a message was stored. Its sender was told to try again, and it is being taken back.',
  },
  'message.left-behind': {
    level: 'error',
    means:
      'A message whose sender was told to try again could not be taken back (take-back: it may be in some mailboxes, and twice there after the next try) or its body not be removed (discard: it takes room).',
  },
  'mailbox.claim-lost': {
    level: 'warn',
    means:
      'A POP3 session lost its lock on a mailbox: the store did not take or confirm it in time. It removes nothing any more.',
  },
  'body.swept': {
    level: 'info',
    means:
      'The daily sweep has ended: how many large bodies that nobody needed were removed, how often something could not be looked at or removed and was skipped, and whether there was time for all (isComplete).',
  },
  'body.sweep-failed': {
    level: 'warn',
    means: 'The daily sweep could not be done; the reason is in the line, and the next one is tomorrow.',
  },
  'body.kept-for-sweep': {
    level: 'warn',
    means:
      'A large body that nobody seems to need was left for the daily sweep: it could not be made sure of, or not removed, on all replicas now.',
  },
  'mailbox.part-kept': {
    level: 'debug',
    means:
      'An empty partition of a past week stays in the directory of its mailbox: not all replicas could be asked.',
  },
  'admin.command': {
    level: 'info',
    means: 'An operator asked over HTTP for something that needs the token: what, and from where.',
  },
  'admin.bug': { level: 'error', means: 'An HTTP request met a bug in CassMail; please report the line.' },
  'user.removed': {
    level: 'info',
    means: 'A user who was to be removed is gone, with all mail; how many messages that were.',
  },
  'user.removal-failed': {
    level: 'warn',
    means:
      'A user could not be removed with all mail; the reason is in the line. He stays disabled, and `cassmail user remove` goes on.',
  },
  'mailbox.removed': {
    level: 'info',
    means: 'A mailbox whose removal had ended half way is gone; it was empty.',
  },
  'mailbox.put-back': {
    level: 'warn',
    means:
      'A mailbox whose removal had ended half way is there again, with the mail that was left in it or had come; `cassmail mailbox remove` removes it.',
  },
  'mailbox.removal-unfinished': {
    level: 'warn',
    means:
      'The removal of a mailbox failed, and the reason in the line keeps it from being put back now: that is tried again and again, also by the next node that starts.',
  },
  'relay.closed': {
    level: 'error',
    means:
      'The store does not take mail for relaying: it is answered 451 at once until the store does. What was accepted before stays queued.',
  },
  'relay.open-again': { level: 'info', means: 'Mail for relaying is taken again; how long it was not.' },
  'queue.begun': {
    level: 'info',
    means:
      'This process owns a relay queue from now on: one of its own, or one that it took over (isAdopted).',
  },
  'queue.ended': { level: 'info', means: 'A relay queue was empty and has ended.' },
  'queue.lease-lost': {
    level: 'warn',
    means:
      'Another gateway took a relay queue over: this process has dropped it from memory. `unsettled`: outcomes that the new owner cannot know; so many may be delivered twice.',
  },
  'queue.trouble': {
    level: 'warn',
    means:
      'Something that keeps a relay queue in order could not be done now (renew, settle, drop-slice, recover, end: it is tried again; hand-over: others notice in ten seconds).',
  },
  'queue.taken-over': {
    level: 'info',
    means:
      'This process took a relay queue over whose gateway has fallen silent or stopped (reason); it is about to be read.',
  },
  'queue.not-taken-over': {
    level: 'warn',
    means: 'A relay queue that nobody keeps could not be taken over now; it is tried again.',
  },
  'queue.recovered': {
    level: 'info',
    means:
      'All of a relay queue that was taken over is in memory: how many messages, how many that cannot be understood (they stay in the store), and how long that took.',
  },
  'queue.handed-over': {
    level: 'info',
    means: 'This process stops and has given a relay queue away; another gateway goes on with it.',
  },
  'queue.item-finished': {
    level: 'info',
    means:
      'A queued message that was taken over had been dealt with by its former owner; it is not sent again.',
  },
  'queue.body-left': {
    level: 'warn',
    means: 'The body of a message that was relayed could not be removed; it takes room for nothing.',
  },
  'queue.item-damaged': {
    level: 'error',
    means:
      'A queued message was found whose record cannot be understood. It is not delivered, its row and its slice stay; the rest of the queue goes on.',
  },
  'queue.remnant-dropped': {
    level: 'warn',
    means:
      'An adopted queue held part of an item only: its former owner had finished it, and a late write came after.',
  },
  'relay.host-failed': {
    level: 'info',
    means:
      'A host of a destination could not be used for a message: its name and address, the step (step) and what it was (kind), and what was said. Another host or a later attempt follows.',
  },
  'smtp.message-not-taken': {
    level: 'warn',
    means:
      'A message that was sent to its end was answered 4yz through no fault of its own; the reason is in the line.',
  },
  'smtp.refused': {
    level: 'info',
    means: 'A command was refused: reply code and reason. At most ten lines for one connection.',
  },
  'smtp.sent-away': {
    level: 'info',
    means: 'A client was answered 421 and its connection closed; the reason is in the line.',
  },
  'smtp.login-refused': {
    level: 'info',
    means: 'A login for submission failed: wrong, disabled, or too many wrong ones lately.',
  },
  'smtp.login-not-checked': {
    level: 'warn',
    means: 'A login for submission could not be checked now; the reason is in the line.',
  },
  'smtp.connection-broken': {
    level: 'debug',
    means: 'A client went away without QUIT, or its connection or TLS handshake failed.',
  },
  'smtp.bug': {
    level: 'error',
    means: 'Something that must not happen did; the client was answered 451, and the line has the stack.',
  },
} as const satisfies Record<string, { level: LogLevel; means: string }>;

export type LogEvent = keyof typeof logEvents;
