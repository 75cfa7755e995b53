// A process of its own that prints as many ids as it is told, one a line.
import { systemClock } from '../../../src/base/clock.js';
import { systemRandom } from '../../../src/base/random.js';
import { TimeUuidSource } from '../../../src/base/time-uuid.js';

const source = new TimeUuidSource(systemClock, systemRandom);
const ids = Array.from({ length: Number(process.argv[2]) }, () => source.next());
process.stdout.write(`${ids.join('\n')}\n`);
