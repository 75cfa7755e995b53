// The rings of this test run, from the ring project's global setup to its teardown.
import type { TestRing } from '../src/lab/ring/test-ring.js';

export const runningRings: TestRing[] = [];

export async function stopRunningRings(): Promise<void> {
  await Promise.all(runningRings.splice(0).map((ring) => ring.stop()));
}
