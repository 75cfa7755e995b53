import { describe, expect, it } from '@jest/globals';
import { metricTable } from '../../../src/base/metric-table.js';
import { Metrics } from '../../../src/base/metrics.js';

describe('the metric table', () => {
  it.each(Object.entries(metricTable))(
    'names %s as Prometheus asks, with one sentence',
    (name, { type, labels, help }) => {
      expect(name).toMatch(/^cassmail_[a-z0-9_]+$/);
      expect(name.endsWith('_total')).toBe(type === 'counter');
      expect(name.endsWith('_seconds')).toBe(type === 'histogram');
      for (const label of labels) expect(label).toMatch(/^[a-z]+$/);
      expect(help).toMatch(/^[A-Z].*\.$/);
    },
  );
});

describe('metrics', () => {
  it('show every metric of the table, those never touched included', async () => {
    const text = await new Metrics().exposition();
    for (const [name, { type, help }] of Object.entries(metricTable)) {
      expect(text).toContain(`# HELP ${name} ${help}`);
      expect(text).toContain(`# TYPE ${name} ${type}`);
    }
  });

  it('count', async () => {
    const metrics = new Metrics();
    metrics.count('cassmail_store_retries_total', { statement: 'deliver' });
    metrics.count('cassmail_store_retries_total', { statement: 'deliver' }, 2);
    metrics.count('cassmail_store_refused_total', {});
    const text = await metrics.exposition();
    expect(text).toContain('cassmail_store_retries_total{statement="deliver"} 3\n');
    expect(text).toContain('cassmail_store_refused_total 1\n');
  });

  it('show the last value of a gauge', async () => {
    const metrics = new Metrics();
    metrics.gauge('cassmail_ring_nodes_up', {}, 3);
    metrics.gauge('cassmail_ring_nodes_up', {}, 2);
    expect(await metrics.exposition()).toContain('cassmail_ring_nodes_up 2\n');
  });

  it('sort what was observed into buckets from a fast commit to a time-out', async () => {
    const metrics = new Metrics();
    metrics.observe('cassmail_store_statement_seconds', { statement: 'deliver', outcome: 'ok' }, 0.0004);
    metrics.observe('cassmail_store_statement_seconds', { statement: 'deliver', outcome: 'ok' }, 30);
    const text = await metrics.exposition();
    expect(text).toContain(
      'cassmail_store_statement_seconds_bucket{le="0.0005",statement="deliver",outcome="ok"} 1\n',
    );
    expect(text).toContain(
      'cassmail_store_statement_seconds_bucket{le="10",statement="deliver",outcome="ok"} 1\n',
    );
    expect(text).toContain('cassmail_store_statement_seconds_count{statement="deliver",outcome="ok"} 2\n');
  });

  it('of two nodes in one process do not mix', async () => {
    const [one, other] = [new Metrics(), new Metrics()];
    one.count('cassmail_store_refused_total', {}, 5);
    expect(await other.exposition()).toContain('cassmail_store_refused_total 0\n');
  });

  it('tell of the process itself when asked to', async () => {
    const metrics = new Metrics();
    metrics.includeProcess();
    expect(await metrics.exposition()).toMatch(/^cassmail_nodejs_eventloop_lag_seconds \d/m);
  });
});
