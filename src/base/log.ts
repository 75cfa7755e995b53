// Structured logging. An event's name and level come from one table; the fields say the rest. Pretty on a terminal,
// JSON lines anywhere else, both on standard error so that a command's own output stays clean.
import { destination, pino, stdTimeFunctions, type Logger } from 'pino';
import pretty from 'pino-pretty';
import { errorFields } from './error-fields.js';
import { logEvents, type LogEvent, type LogLevel } from './log-events.js';

export type LogFields = Readonly<Record<string, unknown>>;

export interface Log {
  write(event: LogEvent, fields?: LogFields): void;
  /** The same log with these fields on each line. */
  with(fields: LogFields): Log;
}

export interface LogOptions {
  readonly level: LogLevel;
  readonly format: 'json' | 'pretty';
}

export function createLog({ level, format }: LogOptions): Log {
  const stream =
    format === 'pretty'
      ? pretty({
          destination: 2,
          sync: true,
          translateTime: 'SYS:HH:MM:ss.l',
          hideObject: true,
          messageFormat: lineForPeople,
        })
      : destination({ fd: 2, sync: true });
  const settings = {
    level,
    base: null,
    messageKey: 'event',
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { error: errorFields },
  };
  return new PinoLog(pino(settings, stream));
}

class PinoLog implements Log {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  write(event: LogEvent, fields: LogFields = {}): void {
    this.#logger[logEvents[event].level](fields, event);
  }

  with(fields: LogFields): Log {
    return new PinoLog(this.#logger.child(fields));
  }
}

/** The event and its fields on one line: `ring.node-down host=127.0.0.2`. */
function lineForPeople(record: Record<string, unknown>): string {
  const { level: _level, time: _time, event, ...fields } = record;
  const shown = Object.entries(fields).map(([name, value]) => `${name}=${fieldText(value)}`);
  return [event, ...shown].join('  ');
}

function fieldText(value: unknown): string {
  if (Array.isArray(value)) return value.join(',');
  return typeof value === 'string' && !/[\p{Cc}]/u.test(value) ? value : JSON.stringify(value);
}
