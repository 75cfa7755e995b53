import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../../src/base/failure.js';
import type { ExitCode, Verb, VerbCall } from '../../../src/base/verb.js';
import { runProgram } from '../../../src/cli/program.js';

interface Outcome {
  readonly exitCode: ExitCode;
  readonly printed: string;
  readonly noted: string;
}

async function typed(
  words: string,
  run: (call: VerbCall) => Promise<ExitCode> = async () => 0,
): Promise<Outcome> {
  const printed: string[] = [];
  const noted: string[] = [];
  const verbs: readonly Verb[] = [
    {
      path: ['ring', 'start'],
      summary: 'start a ring',
      options: [
        { name: 'nodes', value: 'COUNT', summary: 'how many' },
        { name: 'set', value: 'KEY=VALUE', summary: 'a value', isRepeated: true },
        { name: 'keep-data', summary: 'keep it' },
      ],
      examples: ['cassmail ring start --nodes 3'],
      run,
    },
    {
      path: ['ring', 'kill'],
      summary: 'kill nodes',
      operands: [{ name: 'N', summary: 'which', isRepeated: true }],
      run,
    },
    {
      path: ['status'],
      summary: 'how it is',
      operands: [{ name: 'WHAT', summary: 'of what', isOptional: true }],
      run,
    },
  ];
  const terminal = {
    print: (line: string) => printed.push(line),
    note: (line: string) => noted.push(line),
    readInput: async () => '',
    ask: async () => undefined,
  };
  const program = { version: '1.2.3', groups: { ring: 'a local ring' }, verbs };
  const exitCode = await runProgram(program, words.split(' ').filter(Boolean), terminal);
  return { exitCode, printed: printed.join('\n'), noted: noted.join('\n') };
}

describe('a command line', () => {
  it('runs the verb with its operands and options', async () => {
    let seen: unknown;
    await typed('ring start --nodes 3 --set a=1 --set b=2 --keep-data -c x.yaml --json', async (call) => {
      seen = [
        call.option('nodes'),
        call.options('set'),
        call.isSet('keep-data'),
        call.configFile,
        call.isJson,
      ];
      return 0;
    });
    expect(seen).toEqual(['3', ['a=1', 'b=2'], true, 'x.yaml', true]);
    await typed('ring kill 1 2', async (call) => {
      seen = [
        call.operands('N'),
        call.option('nodes'),
        call.isSet('keep-data'),
        call.configFile,
        call.isJson,
      ];
      return 0;
    });
    expect(seen).toEqual([['1', '2'], undefined, false, undefined, false]);
  });

  it('may have -c and --json before the verb', async () => {
    let seen: unknown;
    await typed('-c x.yaml ring --json kill 1', async (call) => {
      seen = [call.configFile, call.isJson];
      return 0;
    });
    expect(seen).toEqual(['x.yaml', true]);
  });

  it('ends with the exit code of its verb', async () => {
    expect((await typed('status', async () => 1)).exitCode).toBe(1);
    expect((await typed('status', async () => 2)).exitCode).toBe(2);
    expect((await typed('status')).exitCode).toBe(0);
  });

  it.each([
    ['rign start', "unknown command 'rign'; did you mean ring?"],
    ['ring strat', "unknown command 'strat'; did you mean start?"],
    ['ring start --nods 3', "unknown option '--nods'; did you mean --nodes?"],
    ['ring start --nodes', "option '--nodes <COUNT>' argument missing"],
    ['ring kill', "missing required argument 'N'"],
    ['status a b', "too many arguments for 'status'. Expected 1 argument but got 2."],
    ['--frobnicate', "unknown option '--frobnicate'"],
  ])('%s is wrongly called: exit code 2 and one line', async (words, complaint) => {
    const { exitCode, printed, noted } = await typed(words);
    expect([exitCode, printed]).toEqual([2, '']);
    expect(noted.split('\n')[0]).toBe(`cassmail: ${complaint}`);
    expect(noted).not.toMatch(/^\s+at /m);
  });

  it.each(['', 'ring'])('"%s" says nothing to do: shows the help, and is wrongly called', async (words) => {
    const { exitCode, noted } = await typed(words);
    expect(exitCode).toBe(2);
    expect(noted).toMatch(/^Usage: cassmail/);
  });

  it('--help and --version are answered on standard output', async () => {
    expect(await typed('--version')).toEqual({ exitCode: 0, printed: '1.2.3', noted: '' });
    const { exitCode, printed, noted } = await typed('ring start --help');
    expect([exitCode, noted]).toEqual([0, '']);
    expect(printed).toContain('--nodes <COUNT>');
    expect(printed).toContain('Examples:\n  cassmail ring start --nodes 3');
    expect((await typed('--help')).printed).toMatch(/ring +a local ring/);
  });
});

async function fail(): Promise<ExitCode> {
  throw new Failure('ring-unreachable', 'nobody at 127.0.0.1:9042');
}

describe('a verb that fails', () => {
  it('is one line with the code, and exit code 1', async () => {
    expect(await typed('status', fail)).toEqual({
      exitCode: 1,
      printed: '',
      noted: 'cassmail: ring-unreachable: nobody at 127.0.0.1:9042',
    });
  });

  it('is data with --json', async () => {
    const { exitCode, printed } = await typed('status --json', fail);
    expect(exitCode).toBe(1);
    expect(JSON.parse(printed)).toEqual({
      error: { code: 'ring-unreachable', kind: 'temporary', detail: 'nobody at 127.0.0.1:9042' },
    });
  });

  it('by a bug shows the stack, and asks for a report', async () => {
    const { exitCode, noted } = await typed('status', async () => {
      throw new TypeError('undefined is not a function');
    });
    expect(exitCode).toBe(1);
    expect(noted).toMatch(/^cassmail: this is a bug in CassMail, please report it/);
    expect(noted).toMatch(/TypeError: undefined is not a function\n +at /);
  });
});
