// Looks from within at how long a process computes without turning to its events. Loaded before the program itself
// (`loopWatched` in test/loop-blocks.ts); what took longer than worth mentioning becomes a line of the file.
import { appendFileSync, closeSync, openSync, readSync } from 'node:fs';

const LOOK_EVERY_MS = 5;
const WORTH_A_LINE_MS = 25;

const file = process.env['CASSMAIL_TEST_LOOP_FILE'];
if (file !== undefined) watchInto(file);

/** In the main thread's own time, since a busy machine lets nobody compute all the time. */
function watchInto(path: string): void {
  const clock = mainThreadClock();
  let before = clock();
  setInterval(() => {
    const now = clock();
    const blockMs = now - before; // what came between two looks, at most five milliseconds of it by chance
    if (blockMs >= WORTH_A_LINE_MS) appendFileSync(path, `${Date.now()} ${blockMs.toFixed(1)}\n`);
    before = clock();
  }, LOOK_EVERY_MS).unref();
}

/** Milliseconds that the main thread has computed. Elsewhere than on Linux those of all threads, which are more. */
function mainThreadClock(): () => number {
  if (process.platform !== 'linux') {
    return () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1000;
    };
  }
  const schedstat = openSync('/proc/self/schedstat', 'r');
  process.on('exit', () => closeSync(schedstat));
  const text = Buffer.alloc(80);
  return () => {
    const length = readSync(schedstat, text, 0, text.length, 0);
    return Number(text.toString('latin1', 0, length).split(' ')[0]) / 1_000_000;
  };
}
