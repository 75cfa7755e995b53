// docs/conformance.md: what each RFC asks of us and where that is proved, from the same lists that the tests run.
import { markdownTable, page } from '../../src/base/markdown.js';
import { requirementLists } from './requirement-lists.js';
import type { RequirementList } from './requirement.js';

export function conformancePage(): string {
  const count = requirementLists.reduce((sum, { requirements }) => sum + requirements.length, 0);
  return page(
    '# What the standards ask, and the proof',
    `Each of these ${count} requirements is proved by a test that talks to a running node, on the embedded store and on a ring (\`test/conformance\`; the title of the test carries the number). This page is made from the same lists.`,
    ...requirementLists.flatMap(chapter),
  );
}

function chapter({ rfc, title, requirements, notProved }: RequirementList): readonly string[] {
  const proved = markdownTable(
    ['section', 'level', 'requirement'],
    requirements.map(({ section, level, says }) => [section, level, says]),
  );
  const rest = markdownTable(
    ['section', 'level', 'requirement', 'why there is no test'],
    notProved.map(({ section, level, says, because }) => [section, level, says, because]),
  );
  const heading = `## RFC ${rfc}: ${title}`;
  return notProved.length === 0 ? [heading, proved] : [heading, proved, rest];
}
