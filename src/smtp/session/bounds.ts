// The times we allow ourselves, each far below what a client waits for the answer (RFC 5321 section 4.5.3.2): whoever
// has given up already would send the message again while we store it.

/** MAIL and RCPT: clients wait 5 minutes (sections 4.5.3.2.2 and 4.5.3.2.3); a ring that answers at all needs seconds. */
export const LOOKUP_MS = 20_000;

/** From the end of the data to the answer: clients wait 10 minutes (section 4.5.3.2.6). */
export const STORING_MS = 60_000;

/** AUTH: a slow password hash, and the delay of a wrong one. */
export const LOGIN_MS = 30_000;

/** How many times the largest message is read and dropped before the client is sent away. */
export const DROPPED_MESSAGES = 10;
