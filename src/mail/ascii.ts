// Text that any mail system takes (RFC 5321), and text that needs SMTPUTF8 (RFC 6531).

export function isAscii(text: string): boolean {
  return /^[\0-\u007f]*$/.test(text);
}

/** With a question mark for each character that is not ASCII. */
export function asAscii(text: string): string {
  return text.replace(/[^\0-\u007f]/gu, '?');
}
