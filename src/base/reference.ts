// The reference pages of what is defined in tables here: failures, metrics, log events.
import { failureCodes, failureKinds } from './failure.js';
import { logEvents } from './log-events.js';
import { code, markdownTable, page } from './markdown.js';
import { metricTable } from './metric-table.js';

export function errorsPage(): string {
  const kinds = Object.entries(failureKinds).map(([kind, asks]) => [code(kind), asks]);
  const codes = Object.entries(failureCodes).map(([name, { kind, means }]) => [
    code(name),
    code(kind),
    means,
  ]);
  return page(
    '# Errors',
    'Whatever goes wrong on purpose has one of these codes, in logs, in metrics, in what `cassmail` prints and in its `--json`. The kind says what to do next.',
    '## Kinds',
    markdownTable(['kind', 'what it asks of you'], kinds),
    '## Codes',
    markdownTable(['code', 'kind', 'meaning'], codes),
  );
}

export function metricsPage(): string {
  const rows = Object.entries(metricTable).map(([name, { type, labels, help }]) => [
    code(name),
    type,
    labels.map(code).join(', '),
    help,
  ]);
  return page(
    '# Metrics',
    'What the node counts, in the form Prometheus reads. The figures of the process itself (`cassmail_process_…`, `cassmail_nodejs_…`) come on top.',
    markdownTable(['metric', 'type', 'labels', 'meaning'], rows),
  );
}

export function logEventsPage(): string {
  const rows = Object.entries(logEvents).map(([name, { level, means }]) => [code(name), level, means]);
  return page(
    '# Log events',
    'Every line of the log has one of these names in its field `event`. `log.level` sets the least level that is shown.',
    markdownTable(['event', 'level', 'meaning'], rows),
  );
}
