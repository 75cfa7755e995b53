import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { readSchemaFiles, tablesOf } from '../../src/store/cassandra/schema/schema-files.js';
import { connectRing } from '../../src/store/cassandra/connection/connect-ring.js';
import { keyspaceName, oneNodeRing, threeNodeRing, type RingAddress } from '../ring-addresses.js';
import { RecordedLog, ringSettings, ringSurroundings } from './ring-opening.js';

const STARTERS = 10;
const LONG_MS = 240_000;
const opener = fileURLToPath(new URL('opener.js', import.meta.url));

/** How many schema files each process applied. */
async function startAtOnce(
  ring: RingAddress,
  keyspace: string,
  replicas: number,
): Promise<readonly number[]> {
  const outputs = await Promise.all(
    Array.from({ length: STARTERS }, (_, index) =>
      promisify(execFile)(process.execPath, [
        opener,
        ring.contactPoints.join(','),
        String(ring.port),
        keyspace,
        String(replicas),
        `starter-${index}`,
      ]),
    ),
  );
  return outputs.map(({ stdout }) => Number(/^open (\d+) 0$/m.exec(stdout)?.[1]));
}

async function tableCount(ring: RingAddress, keyspace: string): Promise<number> {
  const { client } = await connectRing(ringSettings(ring), ringSurroundings(new RecordedLog()));
  const rows = await client.run(
    `SELECT table_name FROM system_schema.tables WHERE keyspace_name = '${keyspace}'`,
  );
  await client.close();
  return rows.length;
}

describe('ten nodes that start at once on an empty ring', () => {
  it.each([
    ['one node', oneNodeRing, 1],
    ['three nodes', threeNodeRing, 3],
  ] as const)(
    'of %s all open it, and each schema file is applied once',
    async (_, address, replicas) => {
      const keyspace = keyspaceName('starters');
      const applied = await startAtOnce(address(), keyspace, replicas);
      const files = readSchemaFiles();
      expect(applied.reduce((sum, count) => sum + count, 0)).toBe(files.length);
      expect(await tableCount(address(), keyspace)).toBe(files.flatMap(tablesOf).length);
    },
    LONG_MS,
  );
});
