// A process of its own that logs a few lines in the format it is told.
import { Failure } from '../../../src/base/failure.js';
import { createLog } from '../../../src/base/log.js';

const log = createLog({ level: 'info', format: process.argv[2] === 'pretty' ? 'pretty' : 'json' });
const worker = log.with({ worker: 3 });
worker.write('node.started', { url: 'http://[::1]:8080' });
worker.write('ring.node-down', { host: '10.0.0.1\n{"level":60}' });
const quiet = createLog({ level: 'warn', format: 'json' });
quiet.write('node.stopping');
quiet.setLevel('info');
quiet.write('node.stopped');
const error = new Failure('store-damaged', 'the disk is gone', { cause: new Error('EIO') });
log.write('node.failed', { error });
