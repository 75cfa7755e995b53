// The embedded store without room: mail is refused for now, nothing is half written, the process lives, and when there
// is room again it goes on by itself.
import { describe, expect, it } from '@jest/globals';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { embeddedChild } from './child-process.js';
import { SmallDisk } from './small-disk.js';

describe('the embedded store on a full disk', () => {
  it('refuses as temporary, keeps what it acknowledged and no more, and goes on when there is room', async () => {
    const disk = new SmallDisk();
    const child = embeddedChild('fill the disk', disk.data, '', disk.execPath);
    try {
      await child.until('filled');
      const [filled] = child.values('filled');
      expect(filled).toMatchObject({ failures: disk.failures });
      const { acknowledged, found, events } = filled as Record<string, readonly string[]>; // as the child sent it
      expect(events?.slice(0, 1)).toEqual(disk.eventsWhenFull); // and perhaps more, see below
      expect(acknowledged?.length).toBeGreaterThan(100);
      expect(found?.toSorted()).toEqual(acknowledged?.toSorted());
      disk.makeRoom();
      child.tell('there is room');
      await child.until('goneOn');
      const [goneOn] = child.values('goneOn');
      expect(goneOn).toMatchObject({ failures: [], acknowledged: { length: 20 } });
      expect(changesOf((goneOn as { events: readonly string[] }).events)).toEqual(disk.eventsAfterwards);
    } finally {
      await child.kill();
      disk.remove();
    }
  }, 60_000);

  it('is refused at its start instead of killed by it (SIGBUS), in a new folder and in one whose lock file is gone', async () => {
    const disk = new SmallDisk();
    try {
      for (const prepare of [() => undefined, () => rmSync(join(disk.data, 'lock.mdb'))]) {
        prepare();
        disk.fillUp();
        expect(await startOn(disk)).toEqual({ refused: 'store-full', settled: true });
        disk.makeRoom();
        expect(await startOn(disk)).toEqual({ ready: true, settled: true });
      }
    } finally {
      disk.remove();
    }
  }, 60_000);
});

async function startOn(disk: SmallDisk): Promise<unknown> {
  const child = embeddedChild('hold the folder', disk.data, '', disk.execPath);
  try {
    await child.until('settled');
    return child.told.at(-1);
  } finally {
    await child.kill();
  }
}

/** At the edge a small write may still find room after a larger one did not: full, again, full is told as full. */
function changesOf(events: readonly string[] | undefined): readonly string[] {
  const told = (events ?? []).join(' ');
  const withoutEdge = told.replaceAll(/(store\.full store\.room-again )+(?=store\.full)/g, '');
  return withoutEdge === '' ? [] : withoutEdge.split(' ');
}
