// What the machine tells a process beside its command line. An argument everywhere, so that a test can say what it is.

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Surroundings {
  readonly environment: Environment;
  /** What relative paths on the command line start from. */
  readonly currentFolder: string;
}

export function systemSurroundings(): Surroundings {
  return { environment: process.env, currentFolder: process.cwd() };
}
