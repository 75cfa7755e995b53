// Runs a conversation with a server as RFCs print them:
//
//   S: 220 *                 a line from the server; `*` stands for anything
//   S: 250*…                 a whole reply: any number of continued lines and the last one
//   C: EHLO client.example   a line to the server, CRLF added
//   C| QUIT                  sent in one write with the line before: pipelined
//   R: half a li             octets as they are, with \r \n \0 \t \xHH; no line end added
//   T:                       the TLS handshake
//   H:                       we say that nothing more comes, and still read
//   X:                       the server closes the connection, having said nothing more
//
// An answer that does not match fails with the whole conversation so far.
import type { LineConnection } from '../talk/line-connection.js';

export async function expectDialogue(connection: LineConnection, script: string): Promise<void> {
  const dialogue = new Dialogue(connection);
  for (const { kind, text } of entriesOf(script)) await dialogue.play(kind, text);
}

class Dialogue {
  readonly #connection: LineConnection;
  readonly #transcript: string[] = [];

  constructor(connection: LineConnection) {
    this.#connection = connection;
  }

  async play(kind: string, text: string): Promise<void> {
    try {
      await this.#play(kind, text);
    } catch (error) {
      const story = this.#transcript.map((line) => `  ${line.slice(0, 200)}`).join('\n');
      throw new Error(`${kind}: ${text.slice(0, 200)}\nafter\n${story}`, { cause: error });
    }
  }

  async #play(kind: string, text: string): Promise<void> {
    if (kind === 'S') await this.#expect(text);
    else if (kind === 'C') this.#send(`${text}\r\n`);
    else if (kind === 'R') this.#send(unescaped(text));
    else if (kind === 'T') await this.#connection.upgradeToTls();
    else if (kind === 'H') this.#connection.half();
    else if (kind === 'X') await this.#expectEnd();
    else throw new Error(`a dialogue has no lines that begin with ${kind}`);
  }

  #send(octets: string): void {
    this.#transcript.push(`C: ${octets}`);
    this.#connection.send(Buffer.from(octets, 'latin1'));
  }

  async #expect(pattern: string): Promise<void> {
    const isReply = pattern.endsWith('…');
    const expression = patternOf(isReply ? pattern.slice(0, -1) : pattern);
    for (;;) {
      const line = await this.#connection.line();
      this.#transcript.push(`S: ${line}`);
      if (!expression.test(line)) throw new Error(`the server said: ${line}`);
      if (!isReply || line[3] !== '-') return;
    }
  }

  async #expectEnd(): Promise<void> {
    const rest = await this.#connection.ended();
    if (rest !== '') throw new Error(`the server said: ${rest}`);
  }
}

/** Lines marked `C|` are joined to what is sent before them. */
function entriesOf(script: string): readonly { readonly kind: string; readonly text: string }[] {
  const entries: { kind: string; text: string }[] = [];
  for (const line of script.split('\n').map((one) => one.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    const [, kind = '', mark, text = ''] = /^([A-Z])([:|]) ?(.*)$/.exec(line) ?? [];
    const last = entries.at(-1);
    if (mark === '|' && last !== undefined) last.text += `\r\n${text}`;
    else if (kind === '') throw new Error(`not a line of a dialogue: ${line}`);
    else entries.push({ kind, text });
  }
  return entries;
}

function patternOf(text: string): RegExp {
  return new RegExp(`^${text.split('*').map(escaped).join('.*')}$`);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function unescaped(text: string): string {
  return text.replace(/\\(?:x([0-9a-fA-F]{2})|([rnt0\\]))/g, (_, hex: string | undefined, letter: string) =>
    hex === undefined
      ? ({ r: '\r', n: '\n', t: '\t', '0': '\0' }[letter] ?? '\\')
      : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
