import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { fetchedJars } from '../../../../../src/lab/ring/machine/jars.js';
import { makeFolder } from '../../../../../src/lab/ring/machine/make-folder.js';
import { RingFolder } from '../../../../../src/lab/ring/ring-folder.js';
import { failureFrom, failureOfPromise } from '../../../../failure-from.js';
import { TemporaryFolder } from '../../../../temporary-folder.js';

describe('a folder that cannot be made', () => {
  it('is named with the reason and what to do, by each who wants one', async () => {
    const temporary = new TemporaryFolder();
    try {
      const file = join(temporary.path, 'file');
      writeFileSync(file, '');
      const inFile = join(file, 'ring');
      const failure = failureFrom(() => makeFolder(inFile, 'choose another'));
      expect(failure.code).toBe('lab-ring-failed');
      expect(failure.message).toContain(`cannot write to the folder ${inFile} (ENOTDIR`);
      expect(failure.message).toMatch(/: choose another$/);
      const locking = new RingFolder(inFile).whileLocked(() => Promise.resolve());
      expect((await failureOfPromise(locking)).message).toMatch(/: choose another --folder$/);
      const fetch = { environment: { XDG_CACHE_HOME: inFile }, note: () => undefined };
      expect((await failureOfPromise(fetchedJars('/bin/false', fetch))).message).toContain('XDG_CACHE_HOME');
    } finally {
      temporary.remove();
    }
  });

  it('is made with those above it, and left alone where it is there', () => {
    const temporary = new TemporaryFolder();
    try {
      const folder = join(temporary.path, 'a', 'b');
      makeFolder(folder, '');
      makeFolder(folder, '');
      expect(statSync(folder).isDirectory()).toBe(true);
    } finally {
      temporary.remove();
    }
  });
});
