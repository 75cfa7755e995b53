// xtext (RFC 3461 section 4): printable ASCII, with `+`, `=` and everything else as `+` and two hexadecimal digits.

const XTEXT = /^(?:[\x21-\x2a\x2c-\x3c\x3e-\x7e]|\+[0-9A-F]{2})*$/;

function isXtext(text: string): boolean {
  return XTEXT.test(text);
}

/** The text it stands for, when that has no control characters: they could end a header line or a reply. */
export function decodedXtext(text: string): string | undefined {
  if (!isXtext(text)) return undefined;
  const octets = text.replace(/\+([0-9A-F]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
  const decoded = Buffer.from(octets, 'latin1').toString('utf8');
  return /\p{Cc}/u.test(decoded) ? undefined : decoded;
}
