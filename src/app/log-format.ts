import type { Config } from '../config/definition.js';

/** For people on a terminal, for programs anywhere else, unless the configuration says. */
export function logFormat({ log }: Config): 'json' | 'pretty' {
  if (log.format !== 'auto') return log.format;
  return process.stderr.isTTY ? 'pretty' : 'json';
}
