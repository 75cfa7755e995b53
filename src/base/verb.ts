// A command of the command line as data: what it is called, what it takes, what it does. The parts of the program
// declare their verbs; `main` gathers them and hands them to the one file that knows how to parse a command line.

export interface Verb {
  /** `['ring', 'start']` is `cassmail ring start`. */
  readonly path: readonly [string, ...string[]];
  readonly summary: string;
  /** In order; an optional or repeated one comes last. */
  readonly operands?: readonly Operand[];
  readonly options?: readonly VerbOption[];
  /** Whole command lines, shown below the help. */
  readonly examples?: readonly string[];
  run(call: VerbCall): Promise<ExitCode>;
}

export interface Operand {
  readonly name: string;
  readonly summary: string;
  readonly isOptional?: boolean;
  readonly isRepeated?: boolean;
}

export interface VerbOption {
  /** Without the dashes: `nodes` is `--nodes`. */
  readonly name: string;
  readonly summary: string;
  /** Shown as `--nodes COUNT`; without it the option is a switch. */
  readonly value?: string;
  readonly isRepeated?: boolean;
}

export interface VerbCall {
  /** Operands by name; a repeated one is a list. */
  operand(name: string): string | undefined;
  operands(name: string): readonly string[];
  option(name: string): string | undefined;
  options(name: string): readonly string[];
  isSet(name: string): boolean;
  /** `--json`: the answer is one JSON document on standard output. */
  readonly isJson: boolean;
  /** `-c FILE`, where it was given. */
  readonly configFile: string | undefined;
  readonly terminal: Terminal;
}

export interface Terminal {
  /** A line of the answer, to standard output. */
  print(line: string): void;
  /** Progress or a complaint, to standard error. */
  note(line: string): void;
  /** Standard input to its end; undefined where that is longer than any input should be. */
  readInput(): Promise<string | undefined>;
  /** What somebody answers; undefined where nobody sits there. */
  ask(question: string): Promise<string | undefined>;
}

/** 0 done, 1 failed, 2 wrongly called. */
export type ExitCode = 0 | 1 | 2;
