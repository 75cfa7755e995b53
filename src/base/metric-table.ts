// Every metric the program exports, defined once: name, type, labels, meaning. The reference page is generated from
// here, and code can use only what is listed.

interface MetricDefinition {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
  readonly help: string;
}

export const metricTable = {
  cassmail_store_statement_seconds: {
    type: 'histogram',
    labels: ['statement', 'outcome'],
    help: 'Time of one statement or transaction, by its name and by how it ended (ok or a failure code).',
  },
  cassmail_store_in_flight: {
    type: 'gauge',
    labels: [],
    help: 'Statements sent to the store and not answered yet.',
  },
  cassmail_store_refused_total: {
    type: 'counter',
    labels: [],
    help: 'Statements refused unsent because as many as allowed were in flight and waiting.',
  },
  cassmail_store_retries_total: {
    type: 'counter',
    labels: ['statement'],
    help: 'Idempotent statements sent again within their time budget.',
  },
  cassmail_ring_nodes_up: {
    type: 'gauge',
    labels: [],
    help: 'Ring nodes that answer this process.',
  },
} as const satisfies Record<string, MetricDefinition>;

export type MetricName = keyof typeof metricTable;

/** The names of those metrics that have this type. */
export type MetricOfType<Type extends MetricDefinition['type']> = {
  [Name in MetricName]: (typeof metricTable)[Name]['type'] extends Type ? Name : never;
}[MetricName];

/** Exactly the labels the table lists. */
export type LabelsOf<Name extends MetricName> = Readonly<
  Record<(typeof metricTable)[Name]['labels'][number], string>
>;
