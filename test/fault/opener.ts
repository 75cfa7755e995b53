// One of several processes that open the same ring at the same moment: prints `open`, or why not.
import { openRing } from '../../src/store/cassandra/open-ring.js';
import { budget, RecordedLog, ringSettings, ringSurroundings } from './ring-opening.js';

const [contactPoints = '', port = '', keyspace = '', replicas = '', name = ''] = process.argv.slice(2);
const settings = ringSettings(
  { contactPoints: contactPoints.split(','), port: Number(port), localDataCenter: 'datacenter1' },
  { keyspace, replicationFactor: Number(replicas) },
);
const log = new RecordedLog();
const opened = await openRing(settings, ringSurroundings(log, name), { patienceMs: 150_000 });
const rows = await opened.ring.read(
  { name: 'look', query: { cql: 'SELECT name FROM nodes', values: [] }, consistency: 'QUORUM' },
  budget(),
);
await opened.close();
process.stdout.write(`open ${log.countOf('schema.applied')} ${rows.length}\n`);
