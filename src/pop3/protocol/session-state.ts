// The states of RFC 1939 section 3 and what a line from the client means in each: a decision, for a session to carry out.
// Nothing is done here. UPDATE is no state that takes commands, so it is none of these: QUIT leads to it and it ends.
import { isMessageCommand, parseCommand, type Command, type MessageCommand } from './command.js';
import { COMMAND_OCTETS, type CommandLine } from './command-lines.js';
import { languageReply } from './languages.js';
import { parsePlainResponse, SASL_LINE_OCTETS, type PlainCredentials } from './plain-response.js';
import { END_OF_LIST, ok, replies } from './replies.js';

export interface SessionState {
  readonly phase: 'authorization' | 'transaction';
  readonly isSecure: boolean;
  readonly isUtf8: boolean;
  /** What the USER just before said. */
  readonly user: string | undefined;
  /** AUTH was begun; the next line is the client's response. */
  readonly isAuthenticating: boolean;
}

export interface SessionRules {
  readonly requiresTls: boolean;
  readonly offersTls: boolean;
}

export type Decision =
  | { readonly kind: 'answer'; readonly reply: string; readonly state: SessionState }
  /** A mistake of the client's, which is counted. */
  | { readonly kind: 'refuse'; readonly reply: string; readonly state: SessionState }
  | { readonly kind: 'dismiss'; readonly reply: string }
  | { readonly kind: 'tell-capabilities'; readonly state: SessionState }
  | { readonly kind: 'log-in'; readonly credentials: PlainCredentials; readonly state: SessionState }
  | { readonly kind: 'start-tls' }
  | { readonly kind: 'serve'; readonly command: MessageCommand }
  | { readonly kind: 'update' };

/** What a session begins with, and what TLS makes of it: nothing said in the clear is remembered (RFC 2595 section 4). */
export function initialState(isSecure: boolean): SessionState {
  return { phase: 'authorization', isSecure, isUtf8: false, user: undefined, isAuthenticating: false };
}

export function loggedIn(state: SessionState): SessionState {
  return { ...state, phase: 'transaction' };
}

export function mayLogIn(state: SessionState, { requiresTls }: SessionRules): boolean {
  return state.isSecure || !requiresTls;
}

/** RFC 2595 section 4: in AUTHORIZATION only, and once. RFC 6856 section 2.1: not after UTF8. */
export function mayStartTls(state: SessionState, { offersTls }: SessionRules): boolean {
  return state.phase === 'authorization' && offersTls && !state.isSecure && !state.isUtf8;
}

/** The longest line that may come next. */
export function lineOctets(state: SessionState): number {
  return state.isAuthenticating ? SASL_LINE_OCTETS : COMMAND_OCTETS;
}

export function decide(state: SessionState, line: CommandLine, rules: SessionRules): Decision {
  if (state.isAuthenticating) return decideResponse({ ...state, isAuthenticating: false }, line);
  if (state.phase === 'transaction') return decideInTransaction(state, line);
  return decideInAuthorization(state, line, rules);
}

function decideInAuthorization(state: SessionState, line: CommandLine, rules: SessionRules): Decision {
  const next = { ...state, user: undefined }; // RFC 1939 section 7: PASS comes immediately after USER, or not at all
  const command = commandOf(next, line);
  if ('kind' in command) return command;
  if (isMessageCommand(command)) return { kind: 'refuse', reply: replies.wrongState, state: next };
  switch (command.name) {
    case 'USER':
      return noteUser(next, command.user, rules);
    case 'PASS':
      return decidePassword(state, command.password, rules);
    case 'AUTH':
      return decideAuthentication(next, command, rules);
    case 'STLS':
      return decideTls(next, rules);
    case 'UTF8':
      return { kind: 'answer', reply: replies.utf8, state: { ...next, isUtf8: true } };
    case 'LANG':
      return { kind: 'answer', reply: languageReply(command.range), state: next };
    case 'QUIT':
      return { kind: 'dismiss', reply: replies.signOff };
    case 'CAPA':
      break;
  }
  return { kind: 'tell-capabilities', state: next };
}

function decideInTransaction(state: SessionState, line: CommandLine): Decision {
  const command = commandOf(state, line);
  if ('kind' in command) return command;
  if (isMessageCommand(command)) return { kind: 'serve', command };
  switch (command.name) {
    case 'QUIT':
      return { kind: 'update' };
    case 'CAPA':
      return { kind: 'tell-capabilities', state };
    case 'LANG':
      return { kind: 'answer', reply: languageReply(command.range), state };
    case 'USER':
    case 'PASS':
    case 'AUTH':
    case 'STLS':
    case 'UTF8':
      break;
  }
  return { kind: 'refuse', reply: replies.wrongState, state };
}

/** The command, or what is answered instead. */
function commandOf(state: SessionState, line: CommandLine): Command | Decision {
  if (line.kind === 'too-long') return { kind: 'refuse', reply: replies.lineTooLong, state };
  if (line.kind === 'not-text') return decideBinary(state);
  const parsed = parseCommand(line.text);
  if (parsed.kind === 'command') return parsed.command;
  if (parsed.kind === 'other-protocol') return { kind: 'dismiss', reply: replies.otherProtocol };
  const reply = parsed.kind === 'unknown' ? replies.unknownCommand : replies.badArguments;
  return { kind: 'refuse', reply, state };
}

/** Before the login it is a stranger that speaks in binary; after it, a client with a fault. */
function decideBinary(state: SessionState): Decision {
  return state.phase === 'authorization'
    ? { kind: 'dismiss', reply: replies.notText }
    : { kind: 'refuse', reply: replies.notText, state };
}

function noteUser(state: SessionState, user: string, rules: SessionRules): Decision {
  if (!mayLogIn(state, rules)) return { kind: 'refuse', reply: replies.tlsFirst, state };
  return { kind: 'answer', reply: replies.userNoted, state: { ...state, user } };
}

function decidePassword(state: SessionState, password: string, rules: SessionRules): Decision {
  const next = { ...state, user: undefined };
  if (!mayLogIn(state, rules)) return { kind: 'refuse', reply: replies.tlsFirst, state: next };
  if (state.user === undefined) return { kind: 'refuse', reply: replies.userFirst, state: next };
  return { kind: 'log-in', credentials: { user: state.user, password }, state: next };
}

/** RFC 5034 section 4; without a mechanism, the list of them, as clients ask that know RFC 1734's successors. */
function decideAuthentication(
  state: SessionState,
  { mechanism, initialResponse }: Extract<Command, { name: 'AUTH' }>,
  rules: SessionRules,
): Decision {
  const isAllowed = mayLogIn(state, rules);
  if (mechanism === undefined) {
    return {
      kind: 'answer',
      reply: `${ok('mechanisms')}${isAllowed ? 'PLAIN\r\n' : ''}${END_OF_LIST}`,
      state,
    };
  }
  if (!isAllowed) return { kind: 'refuse', reply: replies.tlsFirst, state };
  if (mechanism !== 'PLAIN') return { kind: 'refuse', reply: replies.noSuchMechanism, state };
  if (initialResponse !== undefined) return decideCredentials(state, initialResponse);
  return { kind: 'answer', reply: replies.continue, state: { ...state, isAuthenticating: true } };
}

function decideResponse(state: SessionState, line: CommandLine): Decision {
  if (line.kind === 'too-long') return { kind: 'refuse', reply: replies.lineTooLong, state };
  if (line.kind === 'not-text') return { kind: 'refuse', reply: replies.badBase64, state };
  if (line.text === '*') return { kind: 'answer', reply: replies.authCancelled, state }; // RFC 5034 section 4
  return decideCredentials(state, line.text);
}

function decideCredentials(state: SessionState, response: string): Decision {
  const credentials = parsePlainResponse(response);
  if (credentials === 'malformed') return { kind: 'refuse', reply: replies.badBase64, state };
  if (credentials === 'not-authorized') return { kind: 'refuse', reply: replies.refused, state };
  return { kind: 'log-in', credentials, state };
}

function decideTls(state: SessionState, rules: SessionRules): Decision {
  if (mayStartTls(state, rules)) return { kind: 'start-tls' };
  if (state.isSecure) return { kind: 'refuse', reply: replies.tlsAlready, state };
  return { kind: 'refuse', reply: state.isUtf8 ? replies.tlsAfterUtf8 : replies.tlsUnavailable, state };
}
