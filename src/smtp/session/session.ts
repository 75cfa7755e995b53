// One SMTP session without its socket: lines and octets go in, steps come out. Which command may come when, and when a
// client has made so many mistakes that it is sent away, is decided here; what each command means, in the dialogues.
import { Failure } from '../../base/failure.js';
import { isTooLong, parseCommandLine, type CommandLine } from '../command/command-line.js';
import { parseXclient } from '../command/xclient-attributes.js';
import { replyToFailure } from '../replies.js';
import { isRefusal, type Reply } from '../reply/reply.js';
import type { SmtpParts } from '../smtp-parts.js';
import { ContentDialogue } from './content-dialogue.js';
import type { Conversation } from './conversation.js';
import { ehloLines } from './ehlo.js';
import { LoginDialogue } from './login-dialogue.js';
import { MailDialogue } from './mail-dialogue.js';
import { Misconduct } from './misconduct.js';
import { writeLog, type SessionParts } from './session-parts.js';
import { answer, lastAnswer, type Step } from './step.js';

const OK: Reply = { code: 250, status: '2.0.0', text: 'Ok' };
const BYE: Reply = { code: 221, status: '2.0.0', text: 'Bye' };
const UNKNOWN: Reply = { code: 500, status: '5.5.2', text: 'Command not known' };
const NOT_OFFERED: Reply = { code: 502, status: '5.5.1', text: 'Command not offered' };
const TOO_LONG: Reply = { code: 500, status: '5.5.2', text: 'Line too long' };
const NOT_TEXT: Reply = { code: 500, status: '5.5.2', text: 'The line is not text in UTF-8' };
const BARE_LF: Reply = { code: 500, status: '5.5.2', text: 'Lines end with CR and LF' };
const HELO_FIRST: Reply = { code: 503, status: '5.5.1', text: 'EHLO first' };
const SYNTAX_HELO: Reply = { code: 501, status: '5.5.4', text: 'Syntax: EHLO name' };
const NO_ARGUMENT: Reply = { code: 501, status: '5.5.4', text: 'That command takes no argument' };
const LOGIN_FIRST: Reply = { code: 530, status: '5.7.0', text: 'Log in first' };
const TLS_FIRST: Reply = { code: 530, status: '5.7.0', text: 'STARTTLS first' };
const TLS_FOR_LOGIN: Reply = { code: 538, status: '5.7.11', text: 'Passwords are taken after STARTTLS only' };
const NO_LOGIN_NOW: Reply = { code: 503, status: '5.5.1', text: 'Not within a message' };
const LOGGED_IN: Reply = { code: 503, status: '5.5.1', text: 'You are logged in' };
const TLS_ACTIVE: Reply = { code: 503, status: '5.5.1', text: 'TLS is active' };
const READY_FOR_TLS: Reply = { code: 220, status: '2.0.0', text: 'Ready for TLS' };
const CANNOT_VERIFY: Reply = { code: 252, status: '2.1.5', text: 'Not verified; try to send' };
const SYNTAX_VRFY: Reply = { code: 501, status: '5.5.4', text: 'Syntax: VRFY address' };
const HTTP: Reply = { code: 421, status: '4.7.0', text: 'This is SMTP' };
const CLOSING: Reply = { code: 421, status: '4.3.2', text: 'The server is closing down' };
const NOT_ALLOWED: Reply = { code: 550, status: '5.7.0', text: 'XCLIENT is not for you' };
const XCLIENT_NOW: Reply = { code: 503, status: '5.5.1', text: 'Not within a message' };
const XCLIENT_LOGIN: Reply = { code: 501, status: '5.7.0', text: 'LOGIN is not taken; use AUTH' };
const SYNTAX_XCLIENT: Reply = { code: 501, status: '5.5.4', text: 'Bad XCLIENT attribute' };
const HELP: readonly string[] = [
  'Commands: HELO EHLO MAIL RCPT DATA BDAT RSET NOOP QUIT HELP VRFY STARTTLS AUTH',
  'RFC 5321 says how they are used',
];

const HTTP_REQUEST = /^(GET|HEAD|POST|PUT|DELETE|OPTIONS|TRACE|CONNECT|PATCH) \S/i;
/** RFC 5321 section 4.5.3.1.2, and brackets. */
const HELO_CHARACTERS = 257;

type Handler = (argument: string) => Step | Promise<Step>;

export class Session {
  readonly #parts: SmtpParts;
  readonly #conversation: Conversation;
  readonly #session: SessionParts;
  readonly #mail: MailDialogue;
  readonly #content: ContentDialogue;
  readonly #login: LoginDialogue;
  readonly #misconduct: Misconduct;
  readonly #startedAtMs: number;
  #isDraining = false;

  constructor(parts: SmtpParts, conversation: Conversation) {
    this.#parts = parts;
    this.#conversation = conversation;
    this.#session = { parts, conversation };
    this.#mail = new MailDialogue(this.#session);
    this.#content = new ContentDialogue(this.#session, this.#mail);
    this.#login = new LoginDialogue(this.#session);
    this.#misconduct = new Misconduct(parts.settings);
    this.#startedAtMs = parts.clock.monotonicMs();
  }

  get greeting(): Reply {
    return { code: 220, text: `${this.#parts.settings().hostname} ESMTP ready` };
  }

  /** The node goes down and nobody loses anything when the session ends now. */
  get isDue(): boolean {
    return this.#isDraining && this.#mail.transaction === undefined;
  }

  get content(): ContentDialogue {
    return this.#content;
  }

  /** Another recipient may be looked up before the last one is known: it would have its place anyway. */
  get mayLookAhead(): boolean {
    const { transaction } = this.#mail;
    return transaction !== undefined && transaction.places < this.#parts.settings().recipientsPerMessage;
  }

  /** From now on a client is sent away as soon as no message of his is under way. */
  drain(): void {
    this.#isDraining = true;
  }

  startedTls(encryption: string): void {
    this.#mail.end();
    this.#conversation.startedTls(encryption);
  }

  /** The connection is gone. */
  end(): void {
    this.#mail.end();
  }

  /** A line without its end. */
  line(line: Buffer, end: 'crlf' | 'lf' | 'too-long'): Step | Promise<Step> {
    const parting = this.#parting();
    if (parting !== undefined) return this.#away(parting);
    try {
      const step = this.#lineStep(line, end);
      return step instanceof Promise ? this.#settled(step) : this.#noted(step);
    } catch (error) {
      return this.#noted(this.#failed(error));
    }
  }

  async #settled(step: Promise<Step>): Promise<Step> {
    try {
      return this.#noted(await step);
    } catch (error) {
      return this.#noted(this.#failed(error));
    }
  }

  /** The end of DATA, or of a chunk. */
  async contentEnded(): Promise<Step> {
    const step = await this.#content.ended();
    if (step.reply?.code === 250 && this.#mail.transaction === undefined) this.#misconduct.messageTaken();
    return this.#noted(step);
  }

  /** Why the client is sent away before its next command is even looked at. */
  #parting(): Reply | undefined {
    if (this.isDue) return CLOSING;
    const elapsedMs = this.#parts.clock.monotonicMs() - this.#startedAtMs;
    return this.#misconduct.parting({ elapsedMs, loginFailures: this.#login.failures });
  }

  #away(reply: Reply): Step {
    writeLog(this.#session, 'smtp.sent-away', { code: reply.code, reason: reply.text });
    return lastAnswer(reply);
  }

  #lineStep(line: Buffer, end: 'crlf' | 'lf' | 'too-long'): Step | Promise<Step> {
    if (end === 'lf') return answer(BARE_LF);
    if (this.#login.isWaiting) {
      if (end === 'too-long' || isTooLong('AUTH', line.length)) return answer(this.#login.tooLong());
      return this.#replied(this.#login.continue(line.toString('latin1')));
    }
    const command = parseCommandLine(line);
    if (end === 'too-long' || (command !== 'not-utf8' && isTooLong(command.verb, line.length)))
      return answer(TOO_LONG);
    return command === 'not-utf8' ? answer(NOT_TEXT) : this.#command(command);
  }

  #command({ verb, argument }: CommandLine): Step | Promise<Step> {
    const handler = this.#handlers[verb];
    if (handler !== undefined) return this.#refusalBefore(verb) ?? handler(argument);
    if (HTTP_REQUEST.test(`${verb} ${argument}`)) return this.#away(HTTP);
    return answer(KNOWN_ELSEWHERE.has(verb) ? NOT_OFFERED : UNKNOWN);
  }

  /** What must have happened before mail may be sent (RFC 5321 section 4.1.4, RFC 4954 section 6, RFC 3207 section 4). */
  #refusalBefore(verb: string): Step | undefined {
    if (JUNK.has(verb)) this.#misconduct.junk();
    if (!AFTER_EHLO.has(verb)) return undefined;
    if (this.#conversation.helo === undefined) return verb === 'BDAT' ? undefined : answer(HELO_FIRST);
    if (this.#parts.profile === 'smtp' || verb !== 'MAIL') return undefined;
    if (this.#conversation.user !== undefined) return undefined;
    return answer(this.#offersLogin() ? LOGIN_FIRST : TLS_FIRST);
  }

  readonly #handlers: Readonly<Record<string, Handler>> = {
    HELO: (argument) => this.#helo(argument, false),
    EHLO: (argument) => this.#helo(argument, true),
    MAIL: (argument) => this.#replied(this.#misconduct.tooManyMessages() ?? this.#mail.mail(argument)),
    RCPT: (argument) => this.#replied(this.#mail.rcpt(argument)),
    DATA: (argument) => this.#content.data(argument),
    BDAT: (argument) => this.#content.bdat(argument),
    RSET: (argument) => this.#reset(argument),
    NOOP: () => answer(OK),
    QUIT: (argument) => (argument === '' ? lastAnswer(BYE) : answer(NO_ARGUMENT)),
    HELP: () => answer({ code: 214, status: '2.0.0', text: HELP }),
    VRFY: (argument) => answer(argument === '' ? SYNTAX_VRFY : CANNOT_VERIFY), // RFC 5321 section 3.5.3
    STARTTLS: (argument) => this.#startTls(argument),
    AUTH: (argument) => this.#auth(argument),
    XCLIENT: (argument) => this.#xclient(argument),
  };

  #replied(reply: Reply | Promise<Reply>): Step | Promise<Step> {
    return reply instanceof Promise ? reply.then(stepOf) : stepOf(reply);
  }

  #helo(argument: string, isExtended: boolean): Step {
    const isName = argument !== '' && argument.length <= HELO_CHARACTERS && !/[\s\p{Cc}]/u.test(argument);
    if (!isName) return answer(SYNTAX_HELO);
    this.#mail.end(); // RFC 5321 section 4.1.4: as RSET
    this.#conversation.helo = argument;
    this.#conversation.isExtended = isExtended;
    const settings = this.#parts.settings();
    if (!isExtended) return answer({ code: 250, text: settings.hostname });
    return answer({
      code: 250,
      text: ehloLines({
        ...settings,
        client: `[${this.#conversation.clientAddress}]`,
        isSecure: this.#conversation.isSecure,
        offersTls: this.#parts.tls !== undefined,
        offersLogin: this.#offersLogin() && this.#conversation.user === undefined,
        mayUseXclient: this.#parts.mayUseXclient(this.#conversation.peerAddress),
      }),
    });
  }

  #offersLogin(): boolean {
    if (this.#parts.profile !== 'submission') return false;
    return this.#conversation.isSecure || !this.#parts.settings().requireTls;
  }

  #reset(argument: string): Step {
    if (argument !== '') return answer(NO_ARGUMENT);
    this.#mail.end();
    return answer(OK);
  }

  #startTls(argument: string): Step {
    if (this.#parts.tls === undefined) return answer(NOT_OFFERED);
    if (argument !== '') return answer(NO_ARGUMENT);
    if (this.#conversation.isSecure) return answer(TLS_ACTIVE);
    return { reply: READY_FOR_TLS, next: { kind: 'start-tls' } };
  }

  #auth(argument: string): Step | Promise<Step> {
    if (this.#parts.profile !== 'submission') return answer(NOT_OFFERED);
    if (this.#conversation.user !== undefined) return answer(LOGGED_IN);
    if (this.#mail.transaction !== undefined) return answer(NO_LOGIN_NOW); // RFC 4954 section 4
    if (!this.#offersLogin()) return answer(TLS_FOR_LOGIN);
    return this.#replied(this.#login.begin(argument));
  }

  #xclient(argument: string): Step {
    if (!this.#parts.mayUseXclient(this.#conversation.peerAddress)) return answer(NOT_ALLOWED);
    if (this.#mail.transaction !== undefined) return answer(XCLIENT_NOW);
    const attributes = parseXclient(argument);
    if (attributes === undefined) return answer(SYNTAX_XCLIENT);
    if (attributes === 'login') return answer(XCLIENT_LOGIN);
    this.#conversation.forgetIntroduction();
    this.#conversation.behindProxy(attributes);
    return answer(this.greeting);
  }

  #noted(step: Step): Step {
    const { reply } = step;
    if (reply === undefined || !isRefusal(reply)) return step;
    this.#parts.metrics.count('cassmail_smtp_refusals_total', {
      profile: this.#parts.profile,
      code: String(reply.code),
    });
    if (this.#misconduct.refused(reply)) {
      writeLog(this.#session, 'smtp.refused', {
        sender: this.#mail.transaction?.sender?.text,
        code: reply.code,
        status: reply.status,
        reason: typeof reply.text === 'string' ? reply.text : undefined,
      });
    }
    return step;
  }

  #failed(error: unknown): Step {
    if (!(error instanceof Failure)) writeLog(this.#session, 'smtp.bug', { error });
    return answer(replyToFailure(error));
  }
}

function stepOf(reply: Reply): Step {
  return reply.code === 421 ? lastAnswer(reply) : answer(reply);
}

/** Commands of other days that we know and do not do. */
const KNOWN_ELSEWHERE = new Set([
  'EXPN',
  'ETRN',
  'TURN',
  'ATRN',
  'SEND',
  'SOML',
  'SAML',
  'XFORWARD',
  'BURL',
  'LHLO',
]);

/** Commands that bring no mail nearer. */
const JUNK = new Set(['NOOP', 'RSET', 'HELP', 'VRFY', 'HELO', 'EHLO']);

const AFTER_EHLO = new Set(['MAIL', 'RCPT', 'DATA', 'BDAT', 'AUTH']);
