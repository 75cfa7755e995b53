// The little Markdown that generated pages need.

/** The first line of each: pages are written by `npm run docs` and not by hand. */
const GENERATED = '<!-- Written by `npm run docs` from the source; edit that instead. -->';

export function markdownTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  return [heads, heads.map(() => '---'), ...rows].map(rowText).join('\n');
}

function rowText(cells: readonly string[]): string {
  return `| ${cells.map(cellText).join(' | ')} |`;
}

function cellText(text: string): string {
  return text.replaceAll('|', String.raw`\|`).replaceAll('\n', ' ');
}

export function code(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``;
}

export function page(...parts: readonly string[]): string {
  return `${[GENERATED, ...parts].join('\n\n')}\n`;
}
