// A log that remembers what was written.
import type { Log, LogFields } from '../src/base/log.js';
import type { LogEvent } from '../src/base/log-events.js';

export interface LogLine {
  readonly event: LogEvent;
  readonly fields: LogFields;
}

export class MemoryLog implements Log {
  readonly #always: LogFields;
  readonly lines: LogLine[];

  constructor(always: LogFields = {}, lines: LogLine[] = []) {
    this.#always = always;
    this.lines = lines;
  }

  write(event: LogEvent, fields: LogFields = {}): void {
    this.lines.push({ event, fields: { ...this.#always, ...fields } });
  }

  with(fields: LogFields): Log {
    return new MemoryLog({ ...this.#always, ...fields }, this.lines);
  }

  get events(): readonly LogEvent[] {
    return this.lines.map(({ event }) => event);
  }

  get fields(): readonly LogFields[] {
    return this.lines.map(({ fields }) => fields);
  }
}
