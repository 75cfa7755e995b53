// The embedded store without room: mail is refused for now, nothing is half written, the process lives, and when there
// is room again it goes on by itself.
import { describe, expect, it } from '@jest/globals';
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
      expect(changesOf(events)).toEqual(disk.eventsWhenFull);
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
});

/** At the edge a small write may still find room after a larger one did not: full, again, full is told as full. */
function changesOf(events: readonly string[] | undefined): readonly string[] {
  const told = (events ?? []).join(' ');
  const withoutEdge = told.replaceAll(/(store\.full store\.room-again )+(?=store\.full)/g, '');
  return withoutEdge === '' ? [] : withoutEdge.split(' ');
}
