// Reading a configuration or secret file as text. What cannot be text is refused in words: nobody should have to learn
// from a YAML error that he named a folder or saved as UTF-16.
import { isUtf8 } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';

/** A thousand routes take 50 KB. */
const MAXIMUM_BYTES = 2 ** 20;

export type FileText =
  | { readonly text: string }
  /** Line 0 where no line is to blame. */
  | { readonly refusal: string; readonly line: number; readonly isAbsent: boolean };

export function readTextFile(file: string): FileText {
  let bytes: Buffer;
  try {
    const facts = statSync(file);
    if (facts.isDirectory()) return refused('is a folder; allowed: a file');
    if (!facts.isFile()) return refused('is a device, pipe or socket; allowed: a file');
    if (facts.size > MAXIMUM_BYTES)
      return refused(`has ${facts.size} bytes; allowed: at most ${MAXIMUM_BYTES}`);
    bytes = readFileSync(file);
  } catch (error) {
    return { ...refused(unreadable(error)), isAbsent: codeOf(error) === 'ENOENT' };
  }
  return textOf(bytes);
}

function textOf(bytes: Buffer): FileText {
  if (bytes.includes(0)) {
    const isUtf16 = bytes.length > 1 && [0xfeff, 0xfffe].includes(bytes.readUInt16BE());
    return refused(isUtf16 ? 'is UTF-16; allowed: UTF-8' : 'is not a text file: it has zero bytes');
  }
  if (isUtf8(bytes)) return { text: bytes.toString().replace(/^\u{feff}/u, '') };
  return {
    refusal: 'found bytes that are not UTF-8; allowed: UTF-8 text',
    line: firstBadLine(bytes),
    isAbsent: false,
  };
}

function firstBadLine(bytes: Buffer): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    const end = bytes.indexOf(10, start);
    const next = end === -1 ? bytes.length : end + 1;
    if (!isUtf8(bytes.subarray(start, next))) return line;
    start = next;
  }
  return line;
}

function refused(refusal: string) {
  return { refusal, line: 0, isAbsent: false };
}

function unreadable(error: unknown): string {
  const code = codeOf(error);
  switch (code) {
    case 'ENOENT':
      return 'there is no such file';
    case 'ENOTDIR':
      return 'there is no such file: a part of its path is not a folder';
    case 'EACCES':
    case 'EPERM':
      return 'may not be read by this user';
    case undefined:
      throw error;
    default:
      return `cannot be read (${code})`;
  }
}

function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined;
}
