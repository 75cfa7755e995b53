import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { rmSync } from 'node:fs';
import { TlsWatch } from '../../../src/net/tls-watch.js';
import { TemporaryFolder } from '../../temporary-folder.js';
import { until } from '../../until.js';
import { VirtualTime } from '../../virtual-time.js';

const DAY_MS = 24 * 60 * 60 * 1000;

describe('a watch over certificates', () => {
  let folder: TemporaryFolder;
  let time: VirtualTime;
  let reloads: number;
  let warnings: number;
  let watch: TlsWatch;

  beforeEach(async () => {
    folder = new TemporaryFolder();
    folder.write({ cert: 'a', key: 'a' });
    time = new VirtualTime();
    reloads = 0;
    warnings = 0;
    const keys = {
      files: () => [`${folder.path}/cert`, `${folder.path}/key`],
      reload: () => Promise.resolve(void (reloads += 1)),
      warnOfExpiry: () => void (warnings += 1),
    };
    watch = new TlsWatch({ keys, clock: time, timers: time });
    await watch.start();
  });

  afterEach(() => {
    watch.stop();
    folder.remove();
  });

  /** Looking at files takes real time, however little. */
  async function look(ms = 5_000): Promise<void> {
    await time.advance(ms);
    await until('the next look is due', () => time.pending === 1);
  }

  it('leaves alone what does not change', async () => {
    for (let round = 0; round < 3; round += 1) await look();
    expect(reloads).toBe(0);
  });

  it('has changed files read again, once, when they have come to rest', async () => {
    folder.write({ cert: 'another' });
    await look();
    folder.write({ key: 'another, too' });
    await look();
    expect(reloads).toBe(0);
    await look();
    expect(reloads).toBe(1);
    await look();
    await look();
    expect(reloads).toBe(1);
  });

  it('notices that a file is gone, and that it is back', async () => {
    rmSync(`${folder.path}/key`);
    await look();
    await look();
    expect(reloads).toBe(1);
    folder.write({ key: 'a' });
    await look();
    await look();
    expect(reloads).toBe(2);
  });

  it('looks for certificates that end soon once a day', async () => {
    await look();
    expect(warnings).toBe(0);
    await look(DAY_MS);
    await look();
    expect(warnings).toBe(1);
  });

  it('ends', async () => {
    watch.stop();
    expect(time.pending).toBe(0);
  });
});
