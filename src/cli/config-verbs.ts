// `cassmail config …`: looking at the configuration without a running node.
import type { Surroundings } from '../base/surroundings.js';
import type { ExitCode, Verb, VerbCall } from '../base/verb.js';
import { configRequest, SET_OPTION } from '../config/config-call.js';
import { allKeys, allKeysAsData, explainedKey, findKey, keyAsData } from '../config/explain.js';
import { checkConfig, loadConfig, type ConfigRequest } from '../config/load-config.js';
import { placeText } from '../config/place.js';
import { configAsData, printedConfig } from '../config/print.js';
import { problemText } from '../config/problem.js';

export function configVerbs(surroundings: Surroundings): readonly Verb[] {
  const request = (call: VerbCall): ConfigRequest => {
    const asked = configRequest(call, surroundings);
    return { ...asked, file: call.operand('FILE') ?? asked.file };
  };
  return [
    {
      path: ['config', 'check'],
      summary: 'say everything that is wrong with a configuration file',
      operands: [{ name: 'FILE', summary: 'the file; else as -c says', isOptional: true }],
      options: [SET_OPTION],
      run: async (call) => check(request(call), call),
    },
    {
      path: ['config', 'print'],
      summary: 'show the configuration in effect, and where each value comes from',
      options: [SET_OPTION],
      examples: [
        'cassmail config print -c cassmail.yaml',
        'cassmail config print --set store.kind=cassandra',
      ],
      run: async (call) => print(request(call), call),
    },
    {
      path: ['config', 'explain'],
      summary: 'say what a key does and what it may be; without a key, list all',
      operands: [{ name: 'KEY', summary: 'a key or section such as relay.retry', isOptional: true }],
      examples: ['cassmail config explain relay.retry.first', 'cassmail config explain store.cassandra'],
      run: async (call) => explain(call),
    },
  ];
}

function check(request: ConfigRequest, { isJson, terminal }: VerbCall): ExitCode {
  const result = checkConfig(request);
  const problems = result.isValid ? [] : result.problems;
  if (isJson) {
    const listed = problems.map(({ place, key, says }) => ({ place, key, says, text: placeText(place) }));
    printJson({ file: result.file ?? null, isValid: result.isValid, problems: listed }, terminal);
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

function print(request: ConfigRequest, { isJson, terminal }: VerbCall): ExitCode {
  const effective = loadConfig(request);
  if (isJson) printJson(configAsData(effective), terminal);
  else terminal.print(printedConfig(effective));
  return 0;
}

function explain(call: VerbCall): ExitCode {
  const { isJson, terminal } = call;
  const key = call.operand('KEY');
  const found = key === undefined ? undefined : findKey(key);
  if (isJson) printJson(found === undefined ? allKeysAsData() : keyAsData(found), terminal);
  else terminal.print(found === undefined ? allKeys() : explainedKey(found));
  return 0;
}

function printJson(data: unknown, terminal: VerbCall['terminal']): void {
  terminal.print(JSON.stringify(data, undefined, 2));
}
