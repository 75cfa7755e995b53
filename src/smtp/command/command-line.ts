// A line of the client, taken apart: the verb, and whatever follows it. Lines end with CRLF and nothing else (RFC 5321
// section 2.3.8); what is before it may not be longer than its verb allows.

export interface CommandLine {
  /** In capitals. */
  readonly verb: string;
  /** Without white space around it. Octets above 127 are kept as UTF-8 text. */
  readonly argument: string;
}

/** RFC 5321 section 4.5.3.1.4: 512 octets with CRLF; extensions add their parameters' lengths. */
const LINE_OCTETS = 512;
const LONGER_LINES: Readonly<Record<string, number>> = {
  // SIZE (RFC 1870 section 3), BODY (RFC 6152 section 7), AUTH (RFC 4954 section 3), RET and ENVID (RFC 3461 section
  // 5.2), SMTPUTF8 (RFC 6531 section 3.1), REQUIRETLS (RFC 8689 section 2)
  MAIL: LINE_OCTETS + 26 + 17 + 500 + 107 + 10 + 11,
  // NOTIFY and ORCPT (RFC 3461 section 5.1)
  RCPT: LINE_OCTETS + 500,
  // RFC 4954 section 4: the other lines of the exchange too
  AUTH: 12_288,
  XCLIENT: 2048,
};
export const LONGEST_LINE = 12_288;

const utf8 = new TextDecoder('utf-8', { fatal: true });

export function parseCommandLine(line: Buffer): CommandLine | 'not-utf8' {
  const text = textOf(line);
  if (text === undefined) return 'not-utf8';
  const space = text.indexOf(' ');
  if (space < 0) return { verb: text.toUpperCase(), argument: '' };
  return { verb: text.slice(0, space).toUpperCase(), argument: text.slice(space + 1).trim() };
}

/** `octets` without the CRLF. */
export function isTooLong(verb: string, octets: number): boolean {
  return octets + 2 > (LONGER_LINES[verb] ?? LINE_OCTETS);
}

function textOf(line: Buffer): string | undefined {
  const text = line.toString('latin1');
  if (!/[\x80-\xff]/.test(text)) return text;
  try {
    return utf8.decode(line);
  } catch {
    return undefined;
  }
}
