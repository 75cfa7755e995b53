// A log that keeps its lines for a test to look at.
import type { Log, LogFields } from '../src/base/log.js';
import type { LogEvent } from '../src/base/log-events.js';

export class RecordedLog implements Log {
  readonly lines: Array<{ readonly event: LogEvent } & LogFields> = [];

  write(event: LogEvent, fields: LogFields = {}): void {
    this.lines.push({ event, ...fields });
  }

  with(): Log {
    return this;
  }

  of(event: LogEvent): readonly LogFields[] {
    return this.lines.filter((line) => line.event === event);
  }
}
