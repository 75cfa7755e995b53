// AUTH PLAIN and LOGIN (RFC 4954, RFC 4616; LOGIN as draft-murchison-sasl-login has it): the exchange of lines, and what
// its outcome is answered with.
import type { LoginOutcome } from '../../accounts/login-check.js';
import { decodedBase64, plainCredentials, type Credentials } from '../command/credentials.js';
import { replyToFailure } from '../replies.js';
import type { Reply } from '../reply/reply.js';
import { LOGIN_MS } from './bounds.js';
import { budgetOf, writeLog, type SessionParts } from './session-parts.js';

const GRANTED: Reply = { code: 235, status: '2.7.0', text: 'Logged in' };
const REFUSED: Reply = { code: 535, status: '5.7.8', text: 'User or password wrong' };
const REFUSALS: Readonly<Record<Exclude<LoginOutcome['kind'], 'granted'>, Reply>> = {
  refused: REFUSED,
  disabled: { code: 535, status: '5.7.13', text: 'The account is disabled' }, // RFC 5248 names the status
  slowed: { code: 454, status: '4.7.0', text: 'Too many wrong passwords lately; try again later' },
};
const NOT_NOW: Reply = { code: 454, status: '4.7.0', text: 'Logins cannot be checked now; try again later' };
const BAD_BASE64: Reply = {
  code: 501,
  status: '5.5.2',
  text: 'That is not base64 of what the mechanism asks for',
};
const CANCELLED: Reply = { code: 501, status: '5.7.0', text: 'Login cancelled' };
const TOO_LONG: Reply = { code: 500, status: '5.5.6', text: 'Line too long' };
const UNKNOWN: Reply = { code: 504, status: '5.5.4', text: 'That mechanism is not offered' };
const SYNTAX: Reply = { code: 501, status: '5.5.4', text: 'Syntax: AUTH mechanism [initial-response]' };

const ASK_PLAIN: Reply = { code: 334, text: '' };
const ASK_USER: Reply = { code: 334, text: 'VXNlcm5hbWU6' }; // Username:
const ASK_PASSWORD: Reply = { code: 334, text: 'UGFzc3dvcmQ6' }; // Password:

type NextLine = (line: string) => Reply | Promise<Reply>;

export class LoginDialogue {
  readonly #session: SessionParts;
  #nextLine: NextLine | undefined;
  #failures = 0;

  constructor(session: SessionParts) {
    this.#session = session;
  }

  /** The next line is no command but part of the exchange. */
  get isWaiting(): boolean {
    return this.#nextLine !== undefined;
  }

  get failures(): number {
    return this.#failures;
  }

  begin(argument: string): Reply | Promise<Reply> {
    const [mechanism = '', initial, ...more] = argument.split(/ +/);
    if (mechanism === '' || more.length > 0) return SYNTAX;
    switch (mechanism.toUpperCase()) {
      case 'PLAIN':
        return this.#ask(ASK_PLAIN, initial, (line) => this.#plain(line));
      case 'LOGIN':
        return this.#ask(ASK_USER, initial, (line) => this.#user(line));
      default:
        return UNKNOWN;
    }
  }

  continue(line: string): Reply | Promise<Reply> {
    const next = this.#nextLine;
    this.#nextLine = undefined;
    if (next === undefined || line === '*') return CANCELLED; // RFC 4954 section 4
    return next(line);
  }

  /** RFC 4954 section 4: 12,288 octets are taken, and no more. */
  tooLong(): Reply {
    this.#nextLine = undefined;
    return TOO_LONG;
  }

  /** RFC 4954 section 4: an initial response of `=` stands for an empty one. */
  #ask(question: Reply, initial: string | undefined, next: NextLine): Reply | Promise<Reply> {
    if (initial !== undefined) return next(initial === '=' ? '' : initial);
    this.#nextLine = next;
    return question;
  }

  #plain(line: string): Reply | Promise<Reply> {
    const decoded = decodedBase64(line);
    const credentials = decoded === undefined ? undefined : plainCredentials(decoded);
    if (credentials === undefined) return BAD_BASE64;
    return credentials === 'not-himself' ? this.#refused(REFUSED) : this.#check(credentials);
  }

  #user(line: string): Reply {
    const user = decodedBase64(line);
    if (user === undefined || user === '') return BAD_BASE64;
    this.#nextLine = (next) => {
      const password = decodedBase64(next);
      return password === undefined ? BAD_BASE64 : this.#check({ user, password });
    };
    return ASK_PASSWORD;
  }

  async #check({ user, password }: Credentials): Promise<Reply> {
    // `user|mailbox` is a POP3 login; who sends has one identity, not one for each mailbox
    if (user.includes('|')) return this.#refused(REFUSED);
    const { parts, conversation } = this.#session;
    try {
      const outcome = await parts.loginCheck.check(
        { user, password, client: conversation.clientAddress },
        budgetOf(this.#session, LOGIN_MS),
      );
      return this.#answer(outcome, user);
    } catch (error) {
      writeLog(this.#session, 'smtp.login-not-checked', { error });
      return replyToFailure(error).code < 500 ? NOT_NOW : REFUSED;
    }
  }

  #answer(outcome: LoginOutcome, user: string): Reply {
    if (outcome.kind !== 'granted') return this.#refused(REFUSALS[outcome.kind], user);
    this.#session.conversation.account = outcome.account;
    return GRANTED;
  }

  #refused(reply: Reply, user?: string): Reply {
    this.#failures += 1;
    writeLog(this.#session, 'smtp.login-refused', {
      ...(user === undefined ? {} : { login: user.slice(0, 256) }),
      code: reply.code,
      status: reply.status,
    });
    return reply;
  }
}
