// Reading the configuration again while the node runs: what can change does, in the primary and in every worker; what
// cannot is named. A file with errors changes nothing.
import { Failure } from '../base/failure.js';
import type { ProcessLog } from '../base/log.js';
import { liveChange, type ChangedKeys } from '../config/changed-keys.js';
import type { Config } from '../config/definition.js';
import { loadConfig, type ConfigRequest } from '../config/load-config.js';

export interface ReloadParts {
  readonly request: ConfigRequest;
  readonly log: ProcessLog;
  /** Takes the new configuration to wherever it is used. */
  readonly apply: (config: Config) => void;
}

export class LiveConfig {
  readonly #parts: ReloadParts;
  #current: Config;

  constructor(config: Config, parts: ReloadParts) {
    this.#current = config;
    this.#parts = parts;
  }

  get current(): Config {
    return this.#current;
  }

  /** Fails with *config-invalid*, all errors in its text. */
  reload(): ChangedKeys {
    const { config, changed } = liveChange(this.#current, loadConfig(this.#parts.request).config);
    this.#current = config;
    this.#parts.log.setLevel(config.log.level);
    this.#parts.apply(config);
    this.#parts.log.write('config.reloaded', { ...changed });
    return changed;
  }

  /** For SIGHUP, where nobody waits for an answer. */
  reloadAndLog(): void {
    try {
      this.reload();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.#parts.log.write('config.reload-refused', { code: error.code, says: error.message });
    }
  }
}
