// `cassmail config …`: looking at the configuration without a running node.
import type { Surroundings } from '../base/surroundings.js';
import type { ExitCode, Verb, VerbCall, VerbOption } from '../base/verb.js';
import { checkConfig, type ConfigRequest } from '../config/load-config.js';
import { placeText } from '../config/place.js';
import { problemText } from '../config/problem.js';

const SET: VerbOption = {
  name: 'set',
  value: 'KEY=VALUE',
  summary: 'a value in place of what the file says; may be given several times',
  isRepeated: true,
};

export function configVerbs(surroundings: Surroundings): readonly Verb[] {
  const request = (call: VerbCall): ConfigRequest => ({
    ...surroundings,
    file: call.operand('FILE') ?? call.configFile,
    flags: call.options('set'),
  });
  return [
    {
      path: ['config', 'check'],
      summary: 'say everything that is wrong with a configuration file',
      operands: [{ name: 'FILE', summary: 'the file; else as -c says', isOptional: true }],
      options: [SET],
      run: async (call) => check(request(call), call),
    },
  ];
}

function check(request: ConfigRequest, { isJson, terminal }: VerbCall): ExitCode {
  const result = checkConfig(request);
  const file = result.file ?? null;
  const problems = result.isValid ? [] : result.problems;
  if (isJson) {
    const listed = problems.map(({ place, key, says }) => ({ place, at: placeText(place), key, says }));
    terminal.print(JSON.stringify({ file, isValid: result.isValid, problems: listed }, undefined, 2));
  } else {
    for (const problem of problems) terminal.print(problemText(problem));
    terminal.print(verdict(result.file, problems.length));
  }
  return result.isValid ? 0 : 1;
}

function verdict(file: string | undefined, count: number): string {
  const what = file ?? 'the defaults (there is no cassmail.yaml here)';
  if (count === 0) return `${what}: no errors`;
  return `${what}: ${count} ${count === 1 ? 'error' : 'errors'}`;
}
