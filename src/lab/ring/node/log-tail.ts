// The part of a dead node's logs that a person wants to read: its errors and warnings where there are any, else its
// last words.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SHOWN_LINES = 12;
const SHOWN_CHARACTERS = 220;
const TROUBLE = /^(ERROR|FATAL)|Exception|Error:|Caused by|Unable to|Cannot|Could not|OutOfMemory/;

/** Of text in the order it was written. */
export function relevantLines(text: string): readonly string[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !/^\s+at |^\s+\.\.\. \d+/.test(line));
  const trouble = lines.filter((line) => TROUBLE.test(line));
  const shown = trouble.length > 0 ? trouble : lines;
  return shown.slice(-SHOWN_LINES).map((line) => line.slice(0, SHOWN_CHARACTERS));
}

export function logTail(nodeFolder: string): string {
  const files = ['system.log', 'console.log'].map((name) => join(nodeFolder, 'logs', name));
  const text = files.map((file) => (existsSync(file) ? readFileSync(file, 'utf8') : '')).join('\n');
  return [...relevantLines(text).map((line) => `  ${line}`), `  its logs: ${join(nodeFolder, 'logs')}`].join(
    '\n',
  );
}
