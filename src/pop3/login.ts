// From credentials to an open mailbox (RFC 1939 section 4), or the reply that says why not. What the reply tells of a
// mailbox or an account is told only to those who know the password.
import type { AccountAtLogin, LoginOutcome } from '../accounts/login-check.js';
import { Budget } from '../base/budget.js';
import { failureOf } from '../base/failure.js';
import type { OpenMailbox } from '../mailbox/mailbox-door.js';
import type { Pop3Parts } from './pop3-settings.js';
import { failureReply } from './protocol/failure-replies.js';
import { chosenMailbox, splitLoginName, type LoginName } from './protocol/login-name.js';
import type { PlainCredentials } from './protocol/plain-response.js';
import { replies, slowedReply } from './protocol/replies.js';

/** For the password: its check may be delayed by some seconds on purpose. */
const CHECK_MS = 30_000;
/** For the lock and the list of messages. */
const OPEN_MS = 30_000;

export type TurnedAwayFor =
  'password' | 'disabled' | 'slowed' | 'no-such-mailbox' | 'in-use' | 'login-delay' | 'failure';

export type LoginResult =
  | {
      readonly kind: 'open';
      readonly mailbox: OpenMailbox;
      readonly account: AccountAtLogin;
      readonly address: { readonly login: string; readonly mailbox: string };
    }
  | {
      readonly kind: 'turned-away';
      readonly reply: string;
      readonly reason: TurnedAwayFor;
      readonly cause?: unknown;
    };

type LoginParts = Pick<Pop3Parts, 'loginCheck' | 'door' | 'tallies' | 'clock' | 'settings'>;

export async function logIn(
  parts: LoginParts,
  { user, password }: PlainCredentials,
  client: string,
): Promise<LoginResult> {
  const name = splitLoginName(user);
  try {
    const attempt = { user: name.user, password, client };
    const outcome = await parts.loginCheck.check(attempt, Budget.of(parts.clock, CHECK_MS));
    return await resultOf(parts, name, outcome);
  } catch (error) {
    const failure = failureOf(error);
    return { kind: 'turned-away', reply: failureReply(failure), reason: 'failure', cause: failure };
  }
}

async function resultOf(parts: LoginParts, name: LoginName, outcome: LoginOutcome): Promise<LoginResult> {
  switch (outcome.kind) {
    case 'refused':
      return turnedAway('password', replies.refused);
    case 'disabled':
      return turnedAway('disabled', replies.disabled);
    case 'slowed':
      return turnedAway('slowed', slowedReply(outcome.retryAfterMs));
    case 'granted':
      break;
  }
  return open(parts, name, outcome.account);
}

async function open(parts: LoginParts, name: LoginName, account: AccountAtLogin): Promise<LoginResult> {
  const mailbox = chosenMailbox(name, account.mailboxes);
  if (mailbox === undefined) return turnedAway('no-such-mailbox', replies.noSuchMailbox);
  const address = { login: account.login, mailbox };
  const { loginDelayMs } = parts.settings();
  const tally = `pop3-login:${account.login}|${mailbox}`;
  if (loginDelayMs > 0 && (await parts.tallies.add(tally, 0, loginDelayMs)) > 0) {
    return turnedAway('login-delay', replies.tooSoon); // RFC 2449 section 8.1.1
  }
  const opened = await parts.door.open(address, Budget.of(parts.clock, OPEN_MS));
  if (opened === 'in-use') return turnedAway('in-use', replies.inUse); // RFC 2449 section 8.1.2
  // counted once it has succeeded: who was turned away may come again at once
  if (loginDelayMs > 0) await parts.tallies.add(tally, 1, loginDelayMs);
  return { kind: 'open', mailbox: opened, account, address };
}

function turnedAway(reason: TurnedAwayFor, reply: string): LoginResult {
  return { kind: 'turned-away', reply, reason };
}
