// `cassmail.example.yaml`: every key at its default, with what it means above it. Read back, it is the defaults.
import { configSection } from './definition.js';
import type { MapEntry, SectionEntry, SettingEntry } from './entry.js';
import { defaultText } from './entry-text.js';

const WIDTH = 110;

const HEAD = `# The configuration of CassMail, every key at its default. Written by \`npm run docs\` from the source.
# Take over only what you change: what is left out has its default. \`cassmail config check\` checks a file,
# \`cassmail config explain KEY\` says more about a key.`;

export function exampleFile(): string {
  return `${[HEAD, ...sectionLines(configSection, '')].join('\n')}\n`;
}

function* sectionLines(section: SectionEntry, indent: string): Iterable<string> {
  let isFirst = indent !== '';
  for (const [name, entry] of section.children) {
    if (!isFirst) yield '';
    isFirst = false;
    yield* comment(entry.summary, indent);
    if (entry.node !== 'section') yield* comment(`Allowed: ${entry.allowed}.`, indent);
    yield entry.node === 'section' ? `${indent}${name}:` : `${indent}${settingLine(name, entry)}`;
    if (entry.node === 'section') yield* sectionLines(entry, `${indent}  `);
  }
}

function settingLine(name: string, entry: SettingEntry | MapEntry): string {
  const given = defaultText(entry);
  return given === undefined ? `# ${name}:` : `${name}: ${given}`;
}

/** Broken between words so that it fits the width. */
function* comment(text: string, indent: string): Iterable<string> {
  let line = `${indent}#`;
  for (const word of text.split(' ')) {
    if (line.length + 1 + word.length > WIDTH) {
      yield line;
      line = `${indent}#`;
    }
    line += ` ${word}`;
  }
  yield line;
}
