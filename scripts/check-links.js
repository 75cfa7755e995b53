// Every relative link in a Markdown file leads to a file that is there, and its #part to a heading of that file.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';

const SKIPPED = /^(node_modules|dist[^/]*|data|coverage|\.git)\//;
const LINK = /\]\((?<target>[^)\s]+)(?: "[^"]*")?\)/g;
const CODE = /^```.*?^```$|`[^`\n]*`/gms;

const documents = readdirSync('.', { recursive: true })
  .map((path) => path.split(sep).join('/'))
  .filter((path) => path.endsWith('.md') && !SKIPPED.test(path));
const findings = documents.flatMap((path) =>
  brokenLinks(path).map((target) => `${path}: ${target} leads nowhere`),
);
for (const finding of findings) console.log(finding);
process.exitCode = findings.length === 0 ? 0 : 1;

function brokenLinks(path) {
  const text = readFileSync(path, 'utf8').replaceAll(CODE, '');
  return [...text.matchAll(LINK)]
    .map(({ groups }) => groups.target)
    .filter((target) => !/^[a-z]+:/.test(target) && !leadsSomewhere(path, target));
}

function leadsSomewhere(from, target) {
  const [file, part] = target.split('#');
  const path = file === '' ? from : join(dirname(from), file);
  if (!existsSync(path)) return false;
  return part === undefined || !path.endsWith('.md') || headings(path).has(part);
}

/** As GitHub names them: lower case, punctuation dropped, spaces to dashes. */
function headings(path) {
  const lines = readFileSync(path, 'utf8').split('\n');
  const titles = lines.filter((line) => /^#+ /.test(line)).map((line) => line.replace(/^#+ /, ''));
  return new Set(
    titles.map((title) =>
      title
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}
