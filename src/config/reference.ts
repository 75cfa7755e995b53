// The reference page of the configuration: every key, what it means and what it may be.
import { code, markdownTable, page } from '../base/markdown.js';
import { configSection } from './definition.js';
import { describedKeys, type DescribedKey, type SectionEntry } from './entry.js';
import { changeText, defaultText } from './entry-text.js';
import { keyText } from './key-path.js';

const INTRODUCTION = `One YAML file, \`cassmail.yaml\`: the file after \`-c\`, else the one that the variable \`CASSMAIL_CONFIG\` names, else the
one in the current folder, else the defaults. Every key has a default or may be left out; the file
[cassmail.example.yaml](../../cassmail.example.yaml) has them all. An unknown key, a wrong value or a combination that
cannot be stops the start, and all errors are said at once; \`cassmail config check\` says them without a start.

\`--set key.sub=value\` and the variable \`CASSMAIL_SET_key__sub=value\` stand for what the file says at that key, whole; the
value is YAML, and a step that has dots itself goes in quotes: \`--set 'relay.routes."example.org"=127.0.0.1:2600'\`. A
flag goes before a variable. A path is relative to the file it stands in, one from a flag or variable to the current
folder. \`cassmail config print\` shows what is in effect and where each value comes from.`;

export function configPage(): string {
  return page(
    '# Configuration',
    INTRODUCTION,
    '## The node',
    keyTable(ownKeys(configSection)),
    ...sections(),
  );
}

function* sections(): Iterable<string> {
  for (const [name, entry] of configSection.children) {
    if (entry.node !== 'section') continue;
    yield `## ${name}`;
    yield entry.summary;
    yield keyTable(describedKeys(entry, [name]));
  }
}

/** Those that stand in no section. */
function ownKeys(root: SectionEntry): readonly DescribedKey[] {
  return [...describedKeys(root)].filter(({ path }) => path.length === 1);
}

function keyTable(keys: Iterable<DescribedKey>): string {
  const rows = [...keys].map(({ path, entry }) => {
    const given = defaultText(entry);
    return [
      code(keyText(path)),
      entry.summary,
      entry.allowed,
      given === undefined ? '' : code(given),
      changeText(entry),
    ];
  });
  return markdownTable(['key', 'meaning', 'allowed', 'default', 'a change takes effect'], rows);
}
