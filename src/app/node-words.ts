// The words with which a command in another terminal finds this node: its file and what else was not read from there.
// The commands look for the data folder, where the token is, and for the address of the HTTP interface.
import { Failure } from '../base/failure.js';
import type { Config } from '../config/definition.js';
import { loadConfig, type ConfigRequest } from '../config/load-config.js';

/** `adminPort` is the one that was given where the configuration leaves the choice to the machine. */
export function nodeWords(
  request: ConfigRequest,
  { data, admin }: Config,
  adminPort: number,
): readonly string[] {
  const file = request.file ?? request.environment['CASSMAIL_CONFIG'];
  const inFile = configOfFile({ ...request, file, flags: [], environment: {} });
  const { host } = admin.listen;
  const isListenKnown = inFile?.admin.listen.host === host && inFile.admin.listen.port === adminPort;
  return [
    ...(file === undefined ? [] : ['-c', file]),
    ...(inFile?.data === data ? [] : setting('data', data)),
    ...(isListenKnown
      ? []
      : setting('admin.listen', `${host.includes(':') ? `[${host}]` : host}:${adminPort}`)),
  ];
}

/** The value is YAML: a JSON string is that too. */
function setting(key: string, value: string): readonly string[] {
  return ['--set', `${key}=${/^[\w./-]+(:\d+)?$/.test(value) ? value : JSON.stringify(value)}`];
}

/** Undefined where the file alone is not right. */
function configOfFile(request: ConfigRequest): Config | undefined {
  try {
    return loadConfig(request).config;
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
