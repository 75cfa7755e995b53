import { describe, expect, it } from '@jest/globals';
import { relevantLines } from '../../../../../src/lab/ring/node/log-tail.js';

describe('what is shown of the log of a dead node', () => {
  it('is its errors with their causes, without the stacks', () => {
    const text = [
      'INFO  2026-11-21 09:29:59,414 Server - starting',
      'ERROR 2026-11-21 09:29:59,500 CassandraDaemon - Exception encountered during startup',
      'java.lang.IllegalStateException: token in use',
      '\tat org.apache.cassandra.Some.where(Some.java:12)',
      'Caused by: java.io.IOException: no',
      '\t... 12 common frames omitted',
      'INFO  2026-11-21 09:29:59,600 Server - ends',
    ].join('\n');
    expect(relevantLines(text)).toEqual([
      'ERROR 2026-11-21 09:29:59,500 CassandraDaemon - Exception encountered during startup',
      'java.lang.IllegalStateException: token in use',
      'Caused by: java.io.IOException: no',
    ]);
  });

  it('is its last words where it complained of nothing', () => {
    const lines = Array.from({ length: 30 }, (_, index) => `INFO line ${index}`);
    expect(relevantLines(lines.join('\n'))).toEqual(lines.slice(-12));
  });

  it('is bounded in width, too', () => {
    expect(relevantLines(`ERROR ${'x'.repeat(5000)}`)[0]).toHaveLength(220);
  });
});
