// The argument of MAIL and RCPT (RFC 5321 section 4.1.2): a keyword, a path in angle brackets, and parameters.

export interface PathArgument {
  /** What stands between the brackets; empty for the null path. */
  readonly address: string;
  /** The words after it. */
  readonly parameters: readonly string[];
}

/** Undefined: not of that form. White space after the colon is forgiven, as Postfix does: many clients send it. */
export function parsePathArgument(keyword: 'FROM' | 'TO', argument: string): PathArgument | undefined {
  if (
    !argument
      .slice(0, keyword.length + 1)
      .toUpperCase()
      .startsWith(`${keyword}:`)
  )
    return undefined;
  const rest = argument.slice(keyword.length + 1).trimStart();
  const end = rest.startsWith('<') ? closingBracket(rest) : -1;
  if (end < 0) return undefined;
  const after = rest.slice(end + 1);
  if (after !== '' && !after.startsWith(' ')) return undefined;
  return {
    address: rest.slice(1, end),
    parameters: after.split(' ').filter((word) => word !== ''),
  };
}

/** Brackets within a quoted local part are part of it. */
function closingBracket(text: string): number {
  let isQuoted = false;
  for (let at = 1; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') isQuoted = !isQuoted;
    else if (character === '\\' && isQuoted) at += 1;
    else if (character === '>' && !isQuoted) return at;
  }
  return -1;
}
