// The reference page of the command line, from the verbs.
import { code, markdownTable, page } from '../base/markdown.js';
import type { Operand, Verb, VerbOption } from '../base/verb.js';

const INTRODUCTION = `Every verb takes \`-c FILE\` (else the variable \`CASSMAIL_CONFIG\`, else \`./cassmail.yaml\`, else the defaults) and \`--json\`, and
ends with 0 (done), 1 (failed) or 2 (wrongly called). \`cassmail VERB --help\` says the same on the terminal.`;

export function commandsPage(verbs: readonly Verb[], groups: Readonly<Record<string, string>>): string {
  return page('# Commands', INTRODUCTION, ...sections(verbs, groups));
}

function* sections(verbs: readonly Verb[], groups: Readonly<Record<string, string>>): Iterable<string> {
  for (const word of new Set(verbs.map((verb) => verb.path[0]))) {
    const about = groups[word];
    yield `## ${word}`;
    if (about !== undefined) yield sentence(about);
    for (const verb of verbs) {
      if (verb.path[0] === word) yield* verbParts(verb);
    }
  }
}

function* verbParts({ path, summary, operands = [], options = [], examples = [] }: Verb): Iterable<string> {
  const usage = ['cassmail', ...path, ...operands.map(operandUsage), ...options.map(optionUsage)].join(' ');
  const rows = [
    ...operands.map((operand) => [code(operand.name), operand.summary]),
    ...options.map((option) => [code(optionName(option)), option.summary]),
  ];
  if (path.length > 1) yield `### ${path.join(' ')}`;
  yield sentence(summary);
  yield fenced([usage]);
  if (rows.length > 0) yield markdownTable(['', ''], rows);
  if (examples.length > 0) {
    yield 'For example:';
    yield fenced(examples);
  }
}

function operandUsage({ name, isOptional = false, isRepeated = false }: Operand): string {
  const text = isRepeated ? `${name}...` : name;
  return isOptional ? `[${text}]` : text;
}

function optionUsage(option: VerbOption): string {
  return `[${optionName(option)}]${option.isRepeated === true ? '...' : ''}`;
}

function optionName({ name, value }: VerbOption): string {
  return value === undefined ? `--${name}` : `--${name} ${value}`;
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}

function fenced(lines: readonly string[]): string {
  return ['```sh', ...lines, '```'].join('\n');
}
