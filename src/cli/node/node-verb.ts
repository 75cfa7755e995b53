// A verb that is done by the running node: finds it by the configuration, and shows what it answers.
import { isError } from '../../base/is-error.js';
import type { Surroundings } from '../../base/surroundings.js';
import type { ExitCode, Verb, VerbCall, VerbOption } from '../../base/verb.js';
import { configRequest, SET_OPTION } from '../../config/config-call.js';
import type { Config } from '../../config/definition.js';
import { loadConfig } from '../../config/load-config.js';
import { readToken, tokenFileIn } from '../../admin/api/token-file.js';
import { NodeClient, type KnownToken } from './node-client.js';

export interface NodeVerb extends Omit<Verb, 'run'> {
  readonly run: (node: NodeClient, call: VerbCall) => Promise<ExitCode>;
}

export const YES_OPTION: VerbOption = { name: 'yes', summary: 'do not ask first' };

export function nodeVerb(surroundings: Surroundings, { run, options = [], ...verb }: NodeVerb): Verb {
  return {
    ...verb,
    options: [...options, SET_OPTION],
    run: (call) => run(nodeOf(loadConfig(configRequest(call, surroundings)).config), call),
  };
}

/** With `--json` the answer as it came, else in lines for people. */
export function show(call: VerbCall, answer: unknown, lines: Iterable<string>): ExitCode {
  if (call.isJson) call.terminal.print(JSON.stringify(answer, undefined, 2));
  else for (const line of lines) call.terminal.print(line);
  return 0;
}

/** Wrongly called: one line that says how. */
export function misused({ terminal }: VerbCall, says: string): ExitCode {
  terminal.note(`cassmail: ${says}`);
  return 2;
}

/** Undefined: go on. Else how the verb ends. */
export async function refusedBy(call: VerbCall, question: string): Promise<ExitCode | undefined> {
  if (call.isSet(YES_OPTION.name)) return undefined;
  const answer = await call.terminal.ask(`${question} [y/N] `);
  if (answer === undefined) return misused(call, 'this asks first, and nobody is here to answer: say --yes');
  if (/^y(es)?$/i.test(answer.trim())) return undefined;
  call.terminal.note('cassmail: nothing was done');
  return 1;
}

function nodeOf({ admin, data }: Config): NodeClient {
  const { host, port } = admin.listen;
  return new NodeClient({ host: reachable(host), port, token: tokenIn(tokenFileIn(data)) });
}

/** Whoever listens everywhere is reached here. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}

function tokenIn(file: string): KnownToken {
  try {
    const text = readToken(file);
    if (text !== undefined) return { kind: 'known', text };
    const says = `there is no token at ${file}: is that the data folder of the node that runs?`;
    return { kind: 'unknown', says };
  } catch (error) {
    const reason = isError(error) ? error.message : String(error);
    return {
      kind: 'unknown',
      says: `the token cannot be read (${reason}): be the user whom the node runs as`,
    };
  }
}
