// Runs a conversation with a server as RFCs print them:
//
//   S: 220 *                 a line from the server; `*` stands for anything
//   S: 250-*…                any number of such lines, of which only the last is not continued (multi-line reply)
//   C: EHLO client.example   a line to the server, CRLF added
//   C| several lines         sent together with the line before, in one write: pipelined
//   R: half a line           octets as they are, with \r \n \0 \t \xHH; no line end added
//   W: 20                    waits so many milliseconds: for splitting what is sent, never for an answer
//   X:                       the server closes the connection
//
// An answer that does not match fails with the whole conversation so far.
import type { Socket } from 'node:net';

const PATIENCE_MS = 10_000;

export async function hold(socket: Socket, script: string): Promise<string[]> {
  const dialogue = new Dialogue(socket);
  for (const { kind, text } of entriesOf(script)) await dialogue.play(kind, text);
  return dialogue.transcript;
}

class Dialogue {
  readonly transcript: string[] = [];
  readonly #socket: Socket;
  #received = '';
  #isOver = false;
  #wake: (() => void) | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (data: Buffer) => {
      this.#received += data.toString('latin1');
      this.#wake?.();
    });
    const finish = (): void => {
      this.#isOver = true;
      this.#wake?.();
    };
    socket.on('close', finish);
    socket.on('end', finish);
    socket.on('error', finish);
  }

  async play(kind: string, text: string): Promise<void> {
    switch (kind) {
      case 'S':
        await this.expect(text);
        break;
      case 'C':
        this.send(`${text}\r\n`);
        break;
      case 'R':
        this.send(unescaped(text));
        break;
      case 'W':
        await new Promise((resolve) => setTimeout(resolve, Number(text)));
        break;
      case 'X':
        await this.expectEnd();
        break;
      default:
        throw new Error(`a dialogue has no lines that begin with ${kind}`);
    }
  }

  send(octets: string): void {
    this.transcript.push(`C: ${octets}`);
    this.#socket.write(octets, 'latin1');
  }

  /** The next line, or all lines of a reply where the pattern ends with `…`. */
  async expect(pattern: string): Promise<string[]> {
    const isReply = pattern.endsWith('…');
    const expression = patternOf(isReply ? pattern.slice(0, -1) : pattern);
    const lines: string[] = [];
    for (;;) {
      const line = await this.#line();
      lines.push(line);
      this.transcript.push(`S: ${line}`);
      if (!expression.test(line)) throw new Error(this.#story(`expected: ${pattern}`));
      if (!isReply || line[3] !== '-') return lines;
    }
  }

  async expectEnd(): Promise<void> {
    await this.#until(() => this.#isOver || this.#received.includes('\n'), 'the end of the connection');
    if (this.#received !== '') throw new Error(this.#story(`expected the end, got ${this.#received}`));
  }

  async #line(): Promise<string> {
    await this.#until(() => this.#isOver || this.#received.includes('\r\n'), 'an answer');
    const end = this.#received.indexOf('\r\n');
    if (end < 0) throw new Error(this.#story('the server closed the connection'));
    const line = this.#received.slice(0, end);
    this.#received = this.#received.slice(end + 2);
    return line;
  }

  async #until(isThere: () => boolean, what: string): Promise<void> {
    const deadline = setTimeout(() => this.#socket.destroy(new Error('too late')), PATIENCE_MS);
    try {
      while (!isThere()) await new Promise<void>((resolve) => (this.#wake = resolve));
    } finally {
      clearTimeout(deadline);
    }
    if (this.#socket.errored?.message === 'too late')
      throw new Error(this.#story(`waited for ${what} in vain`));
  }

  #story(problem: string): string {
    return `${problem}\n${this.transcript.map((line) => `  ${line.slice(0, 200)}`).join('\n')}`;
  }
}

/** Lines marked `C|` are joined to what is sent before them. */
function entriesOf(script: string): { kind: string; text: string }[] {
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
