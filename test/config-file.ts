// A folder with a `cassmail.yaml` in it, checked as a node would at its start.
import { checkConfig, type ConfigResult } from '../src/config/load-config.js';
import { problemText } from '../src/config/problem.js';
import type { Config } from '../src/config/definition.js';
import { TemporaryFolder } from './temporary-folder.js';

export interface Given {
  readonly flags?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Further files beside it. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Undefined: there is no file. */
export function checked(yaml: string | undefined, given: Given = {}): ConfigResult {
  const folder = new TemporaryFolder();
  try {
    folder.write({ ...given.files, ...(yaml === undefined ? {} : { 'cassmail.yaml': yaml }) });
    return checkConfig({
      file: undefined,
      flags: given.flags ?? [],
      environment: given.environment ?? {},
      currentFolder: folder.path,
    });
  } finally {
    folder.remove();
  }
}

/** What an operator would read, line by line. */
export function complaints(yaml: string | undefined, given: Given = {}): readonly string[] {
  const result = checked(yaml, given);
  return result.isValid ? [] : result.problems.map(problemText);
}

export function configOf(yaml: string | undefined, given: Given = {}): Config {
  const result = checked(yaml, given);
  if (!result.isValid) throw new Error(`the configuration is wrong: ${complaints(yaml, given).join('\n')}`);
  return result.config;
}
