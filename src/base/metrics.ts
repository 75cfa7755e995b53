// Counting what happens, in Prometheus' terms, under the names of the metric table only.
import { AggregatorRegistry, collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { metricTable, type LabelsOf, type MetricName, type MetricOfType } from './metric-table.js';

/** From a fast local commit to a ring that is about to time out. */
const SECONDS_BUCKETS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];

/** The figures of one process, as they travel to the one that answers for all; what is in it is the library's own. */
export type MetricsSnapshot = readonly object[];

export class Metrics {
  readonly #registry = new Registry();
  readonly #counters = new Map<MetricName, Counter>();
  readonly #gauges = new Map<MetricName, Gauge>();
  readonly #histograms = new Map<MetricName, Histogram>();

  constructor() {
    for (const [name, { type, labels, help }] of Object.entries(metricTable)) {
      const common = { name, help, labelNames: [...labels], registers: [this.#registry] };
      const key = name as MetricName; // Object.entries forgets the keys' type
      if (type === 'counter') this.#counters.set(key, new Counter(common));
      else if (type === 'gauge') this.#gauges.set(key, new Gauge(common));
      else this.#histograms.set(key, new Histogram({ ...common, buckets: SECONDS_BUCKETS }));
    }
  }

  count<Name extends MetricOfType<'counter'>>(name: Name, labels: LabelsOf<Name>, by = 1): void {
    this.#counters.get(name)?.inc(labels, by);
  }

  gauge<Name extends MetricOfType<'gauge'>>(name: Name, labels: LabelsOf<Name>, value: number): void {
    this.#gauges.get(name)?.set(labels, value);
  }

  observe<Name extends MetricOfType<'histogram'>>(name: Name, labels: LabelsOf<Name>, seconds: number): void {
    this.#histograms.get(name)?.observe(labels, seconds);
  }

  /** Adds the process's own figures: memory, event loop, garbage collection. */
  includeProcess(): void {
    collectDefaultMetrics({ register: this.#registry, prefix: 'cassmail_' });
  }

  snapshot(): Promise<MetricsSnapshot> {
    return this.#registry.getMetricsAsJSON();
  }

  /** The text that Prometheus scrapes. */
  exposition(): Promise<string> {
    return this.#registry.metrics();
  }

  /** The same for several processes as one: counts and gauges added up. */
  static expositionOf(snapshots: readonly MetricsSnapshot[]): Promise<string> {
    return AggregatorRegistry.aggregate([...snapshots]).metrics();
  }
}
