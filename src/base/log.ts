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
      ? pretty({ destination: 2, sync: true, messageKey: 'event', translateTime: 'SYS:HH:MM:ss.l' })
      : destination({ fd: 2, sync: true });
  const settings = {
    level,
    base: null,
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
    this.#logger[logEvents[event].level]({ event, ...fields });
  }

  with(fields: LogFields): Log {
    return new PinoLog(this.#logger.child(fields));
  }
}
