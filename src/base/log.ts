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

/** The log of a process, whose level can change while it runs, for all logs made from it too. */
export interface ProcessLog extends Log {
  setLevel(level: LogLevel): void;
}

export interface LogOptions {
  readonly level: LogLevel;
  readonly format: 'json' | 'pretty';
}

export function createLog({ level, format }: LogOptions): ProcessLog {
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
    level: 'debug',
    base: null,
    messageKey: 'event',
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { error: errorFields },
  };
  return new PinoLog(pino(settings, stream), { level });
}

const RANK: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/** pino fixes the level of a child when it is made; ours is looked at with each line, so that it can change. */
class PinoLog implements ProcessLog {
  readonly #logger: Logger;
  readonly #least: { level: LogLevel };

  constructor(logger: Logger, least: { level: LogLevel }) {
    this.#logger = logger;
    this.#least = least;
  }

  write(event: LogEvent, fields: LogFields = {}): void {
    const { level } = logEvents[event];
    if (RANK[level] >= RANK[this.#least.level]) this.#logger[level](fields, event);
  }

  with(fields: LogFields): Log {
    return new PinoLog(this.#logger.child(fields), this.#least);
  }

  setLevel(level: LogLevel): void {
    this.#least.level = level;
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
