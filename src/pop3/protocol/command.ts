// What a line asks for: keywords in any case, arguments after single spaces (RFC 1939 section 3; a trailing space or two
// is forgiven, clients send them). Whether the command is allowed now, and whether the message exists, is for others.

export type MessageCommand =
  | { readonly name: 'STAT' | 'RSET' | 'NOOP' }
  | { readonly name: 'LIST' | 'UIDL'; readonly message: number | undefined }
  | { readonly name: 'RETR' | 'DELE'; readonly message: number }
  | { readonly name: 'TOP'; readonly message: number; readonly lines: number };

export type Command =
  | MessageCommand
  | { readonly name: 'USER'; readonly user: string }
  | { readonly name: 'PASS'; readonly password: string }
  | {
      readonly name: 'AUTH';
      readonly mechanism: string | undefined;
      /** RFC 5034 section 4, as sent. */
      readonly initialResponse: string | undefined;
    }
  | { readonly name: 'LANG'; readonly range: string | undefined }
  | { readonly name: 'CAPA' | 'QUIT' | 'STLS' | 'UTF8' };

export type CommandName = Command['name'];

export type ParsedCommand =
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'bad-arguments' }
  | { readonly kind: 'unknown' }
  /** Whoever is there does not mean us. */
  | { readonly kind: 'other-protocol' };

type Grammar = (rest: string) => Command | undefined;

const NUMBER = /^\d+$/;
/** A request line of HTTP/1 or the preface of HTTP/2. */
const HTTP = /^[A-Z]+ \S+ HTTP\/\d(\.\d)?$/;
const UNKNOWN: ParsedCommand = { kind: 'unknown' };
const BAD_ARGUMENTS: ParsedCommand = { kind: 'bad-arguments' };
const OTHER_PROTOCOL: ParsedCommand = { kind: 'other-protocol' };

const grammars = {
  USER: (rest) => (rest === '' ? undefined : { name: 'USER', user: rest }),
  // RFC 1939 section 7: the one argument may have spaces
  PASS: (rest) => (rest === '' ? undefined : { name: 'PASS', password: rest }),
  AUTH: authentication,
  STAT: bare('STAT'),
  LIST: (rest) => withOptionalMessage('LIST', rest),
  UIDL: (rest) => withOptionalMessage('UIDL', rest),
  RETR: (rest) => withMessage('RETR', rest),
  DELE: (rest) => withMessage('DELE', rest),
  TOP: (rest) => {
    const [message, lines, ...more] = numbers(rest);
    if (message === undefined || lines === undefined || more.length > 0) return undefined;
    return { name: 'TOP', message, lines };
  },
  RSET: bare('RSET'),
  NOOP: bare('NOOP'),
  QUIT: bare('QUIT'),
  CAPA: bare('CAPA'),
  STLS: bare('STLS'),
  UTF8: bare('UTF8'),
  LANG: (rest) => {
    const [range, ...more] = words(rest);
    return more.length > 0 ? undefined : { name: 'LANG', range };
  },
} as const satisfies Record<CommandName, Grammar>;

const grammarOf = new Map<string, Grammar>(Object.entries(grammars));

const messageCommands: Record<MessageCommand['name'], true> = {
  STAT: true,
  LIST: true,
  UIDL: true,
  RETR: true,
  DELE: true,
  TOP: true,
  RSET: true,
  NOOP: true,
};

/** Of the TRANSACTION state alone. */
export function isMessageCommand(command: Command): command is MessageCommand {
  return command.name in messageCommands;
}

export function parseCommand(line: string): ParsedCommand {
  const space = line.indexOf(' ');
  const keyword = space < 0 ? line : line.slice(0, space);
  const grammar = grammarOf.get(keyword) ?? grammarOf.get(keyword.toUpperCase());
  if (grammar === undefined) return HTTP.test(line) ? OTHER_PROTOCOL : UNKNOWN;
  const command = grammar(space < 0 ? '' : line.slice(space + 1));
  return command === undefined ? BAD_ARGUMENTS : { kind: 'command', command };
}

function bare(name: 'STAT' | 'RSET' | 'NOOP' | 'CAPA' | 'QUIT' | 'STLS' | 'UTF8'): Grammar {
  const command: Command = { name };
  return (rest) => (rest.trim() === '' ? command : undefined);
}

function authentication(rest: string): Command | undefined {
  const [mechanism, initialResponse, ...more] = words(rest);
  if (more.length > 0) return undefined;
  return { name: 'AUTH', mechanism: mechanism?.toUpperCase(), initialResponse };
}

function withMessage(name: 'RETR' | 'DELE', rest: string): Command | undefined {
  const [message, ...more] = numbers(rest);
  return message === undefined || more.length > 0 ? undefined : { name, message };
}

function withOptionalMessage(name: 'LIST' | 'UIDL', rest: string): Command | undefined {
  const [message, ...more] = numbers(rest);
  const isNoNumber = message === undefined && rest.trim() !== '';
  return isNoNumber || more.length > 0 ? undefined : { name, message };
}

function words(rest: string): readonly string[] {
  const text = rest.trimEnd();
  return text === '' ? [] : text.split(' ');
}

/** Empty also where one of them is no number. A number too large to be exact is larger than any message's all the same. */
function numbers(rest: string): readonly number[] {
  const texts = words(rest);
  return texts.every((text) => NUMBER.test(text)) ? texts.map(Number) : [];
}
