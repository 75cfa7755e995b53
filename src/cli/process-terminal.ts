// The terminal of this process. A reader that has gone away (`cassmail config print | head -1`) is no error: what is
// left is dropped.
import { createInterface } from 'node:readline/promises';
import type { Terminal } from '../base/verb.js';

interface Output {
  write(text: string): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

interface Standard {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: Output;
  readonly stderr: NodeJS.WritableStream;
}

/** No password and no list of addresses is longer. */
const MOST_INPUT = 64 * 1024;

export function processTerminal({ stdin, stdout, stderr }: Standard): Terminal {
  return {
    print: lineWriter(stdout),
    note: lineWriter(stderr),
    readInput: () => inputOf(stdin),
    ask: (question) => answerTo(question, stdin, stderr),
  };
}

async function inputOf(stdin: NodeJS.ReadStream): Promise<string | undefined> {
  const pieces: Buffer[] = [];
  let octets = 0;
  for await (const piece of stdin) {
    pieces.push(Buffer.from(piece as Buffer));
    octets += pieces.at(-1)?.length ?? 0;
    if (octets > MOST_INPUT) return undefined;
  }
  return Buffer.concat(pieces).toString();
}

/** The question goes to standard error: what is printed may be on its way into a file. */
async function answerTo(
  question: string,
  stdin: NodeJS.ReadStream,
  stderr: NodeJS.WritableStream,
): Promise<string | undefined> {
  if (!stdin.isTTY) return undefined;
  const reader = createInterface({ input: stdin, output: stderr });
  const closed = new Promise<undefined>((resolve) => reader.once('close', () => resolve(undefined)));
  try {
    return await Promise.race([reader.question(question), closed]);
  } finally {
    reader.close();
  }
}

function lineWriter(output: Output): (line: string) => void {
  let isGone = false;
  output.on('error', (error) => {
    if (!('code' in error) || error.code !== 'EPIPE') throw error;
    isGone = true;
  });
  return (line) => {
    if (!isGone) output.write(`${line}\n`);
  };
}
