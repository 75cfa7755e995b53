// A full disk, as the clients of a node on the embedded store see it.
import { expect, it } from '@jest/globals';
import { MailNode } from '../mail-node.js';
import { until } from '../until.js';
import { Ledger } from './ledger.js';
import { MailLoad } from './mail-load.js';
import { SmallDisk } from './small-disk.js';

const LONG_MS = 120_000;

it(
  'a node on the embedded store whose disk is full answers 4xx, lives, loses nothing, and goes on when there is room',
  async () => {
    const disk = new SmallDisk();
    const options = { data: disk.data, set: ['workers=2', 'limits.messagesPerConnection=5'] };
    let node = await MailNode.start({ ...options, execPath: disk.execPath });
    try {
      const users = [await node.newUser(), await node.newUser()];
      const addresses = users.map(({ address }) => address);
      const ledger = new Ledger({ seed: 1, addresses, isAllOrNothing: true });
      const load = MailLoad.begin(node.port('smtp.listen'), ledger);
      try {
        await until('mail is refused', () => load.refusedCount > 50);
      } finally {
        await load.end();
      }
      expect([...load.refusals.keys()].filter((code) => code !== 451 && code !== 452)).toEqual([]);
      expect(ledger.acknowledged).toBeGreaterThan(10);
      expect(node.process.countOf('worker.died')).toBe(0);

      disk.makeRoom();
      if (!disk.isMounted) {
        // what bounds the files of a process does so until its end
        await node.stop();
        node = await MailNode.start(options);
      }
      const again = ledger.acknowledged;
      const later = MailLoad.begin(node.port('smtp.listen'), ledger, 1);
      try {
        await until('mail is taken again', () => ledger.acknowledged > again);
      } finally {
        await later.end();
      }
      const found = new Map<string, readonly Buffer[]>();
      for (const user of users) found.set(user.address, await node.fetch(user));
      expect(ledger.problems(found)).toEqual([]);
      expect(node.process.countOf('worker.died')).toBe(0);
    } finally {
      await node.stop('SIGKILL');
      disk.remove();
    }
  },
  LONG_MS,
);
