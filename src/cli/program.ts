// Verbs into a command line: reads what was typed, shows help, runs the verb, and turns how it ended into an exit code:
// 0 done, 1 failed, 2 wrongly called. A failure is one clear line; only a bug shows a stack.
import { Command, CommanderError, Option } from 'commander';
import { Failure } from '../base/failure.js';
import type { ExitCode, Operand, Terminal, Verb, VerbCall, VerbOption } from '../base/verb.js';

export interface Program {
  readonly version: string;
  /** What the verbs of a group are about, by the first word of their path. */
  readonly groups: Readonly<Record<string, string>>;
  readonly verbs: readonly Verb[];
}

interface CommonOptions {
  readonly config?: string;
  readonly json?: boolean;
}

/** `words` is what stands after `cassmail`. */
export async function runProgram(
  program: Program,
  words: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  const root = rootCommand(program, terminal);
  for (const verb of program.verbs) {
    const command = leafCommand(root, verb, program.groups);
    command.action(async () => {
      exitCode = await runVerb(verb, callOf(command, verb, terminal));
    });
  }
  try {
    await root.parseAsync(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const isAsked = error.code === 'commander.helpDisplayed' || error.code === 'commander.version';
    return isAsked ? 0 : 2;
  }
  return exitCode;
}

async function runVerb(verb: Verb, call: VerbCall): Promise<ExitCode> {
  try {
    return await verb.run(call);
  } catch (error) {
    reportEnd(error, call);
    return 1;
  }
}

function reportEnd(error: unknown, { isJson, terminal }: VerbCall): void {
  if (!(error instanceof Failure)) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    terminal.note(`cassmail: this is a bug in CassMail, please report it with what follows\n${stack}`);
    return;
  }
  const { code, kind, message } = error;
  if (isJson) terminal.print(JSON.stringify({ error: { code, kind, detail: message } }, undefined, 2));
  terminal.note(`cassmail: ${code}: ${message}`);
}

function rootCommand({ version }: Program, terminal: Terminal): Command {
  const root = new Command('cassmail')
    .description('A mail service that scales by adding nodes.')
    .version(version, '--version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .configureHelp({ subcommandTerm: termOf })
    .helpCommand(false)
    .addHelpText('after', '\nMore about one of them: cassmail COMMAND --help')
    .configureOutput({
      writeOut: (text) => terminal.print(text.trimEnd()),
      writeErr: (text) => terminal.note(text.trimEnd()),
      outputError: (text, write) => write(errorLine(text)),
    })
    .exitOverride();
  return withCommonOptions(root);
}

/** commander gives its suggestion a line of its own. */
function errorLine(text: string): string {
  return text.replace(/^error: /, 'cassmail: ').replace(/\n\(Did you mean (.+)\?\)/, '; did you mean $1?');
}

/** The command for the verb, under a command for its group. */
function leafCommand(root: Command, verb: Verb, groups: Program['groups']): Command {
  const [first, ...rest] = verb.path;
  let parent = root;
  const name = rest.at(-1) ?? first;
  for (const word of verb.path.slice(0, -1)) {
    parent = parent.commands.find((command) => command.name() === word) ?? groupCommand(parent, word, groups);
  }
  const command = parent.command(name).description(verb.summary).helpOption('-h, --help', 'show this help');
  command.showHelpAfterError(`Help: cassmail ${verb.path.join(' ')} --help`);
  for (const operand of verb.operands ?? []) command.argument(operandText(operand), operand.summary);
  for (const option of verb.options ?? []) command.addOption(commanderOption(option));
  if (verb.examples !== undefined) {
    command.addHelpText('after', `\nExamples:\n${verb.examples.map((example) => `  ${example}`).join('\n')}`);
  }
  return withCommonOptions(command);
}

function groupCommand(parent: Command, word: string, groups: Program['groups']): Command {
  return withCommonOptions(
    parent
      .command(word)
      .description(groups[word] ?? '')
      .helpOption('-h, --help', 'show this help')
      .helpCommand(false),
  );
}

/** Without `[options]`, which every verb has. */
function termOf(command: Command): string {
  const operands = command.registeredArguments.map((operand) =>
    operandText({
      name: operand.name(),
      summary: '',
      isOptional: !operand.required,
      isRepeated: operand.variadic,
    }),
  );
  return [command.name(), ...operands].join(' ');
}

function withCommonOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '-c, --config <FILE>',
        'the configuration file (else CASSMAIL_CONFIG, else ./cassmail.yaml)',
      ),
    )
    .addOption(new Option('--json', 'answer as one JSON document'));
}

function operandText({ name, isOptional = false, isRepeated = false }: Operand): string {
  const inner = isRepeated ? `${name}...` : name;
  return isOptional ? `[${inner}]` : `<${inner}>`;
}

function commanderOption({ name, summary, value, isRepeated = false }: VerbOption): Option {
  const option = new Option(value === undefined ? `--${name}` : `--${name} <${value}>`, summary);
  if (isRepeated)
    option.argParser<readonly string[] | undefined>((text, before) => [...(before ?? []), text]);
  return option;
}

function callOf(command: Command, verb: Verb, terminal: Terminal): VerbCall {
  const typed: Record<string, unknown> = command.opts();
  const common = commonOptions(command);
  const operandAt = (name: string): unknown =>
    command.processedArgs[verb.operands?.findIndex((operand) => operand.name === name) ?? -1];
  const optionNamed = (name: string): unknown =>
    typed[commanderOption({ name, summary: '' }).attributeName()];
  return {
    operand: (name) => oneText(operandAt(name)),
    operands: (name) => texts(operandAt(name)),
    option: (name) => oneText(optionNamed(name)),
    options: (name) => texts(optionNamed(name)),
    isSet: (name) => {
      const value = optionNamed(name);
      return name.startsWith('no-') ? value === false : value !== undefined; // `--no-x` is an x that is true without it
    },
    isJson: common.json === true,
    configFile: common.config,
    terminal,
  };
}

/** `-c` and `--json` may stand before the verb as well as after it. */
function commonOptions(command: Command | null): CommonOptions {
  if (command === null) return {};
  return { ...commonOptions(command.parent), ...command.opts<CommonOptions>() };
}

function oneText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function texts(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.map(String) : [];
}
