// The terminal of this process. A reader that has gone away (`cassmail config print | head -1`) is no error: what is
// left is dropped.
import type { Terminal } from '../base/verb.js';

interface Output {
  write(text: string): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

export function processTerminal(standard: { readonly stdout: Output; readonly stderr: Output }): Terminal {
  return { print: lineWriter(standard.stdout), note: lineWriter(standard.stderr) };
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
