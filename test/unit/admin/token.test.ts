import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { keptToken } from '../../../src/admin/token.js';
import { systemRandom } from '../../../src/base/random.js';
import { failureFrom } from '../../failure-from.js';
import { TemporaryFolder } from '../../temporary-folder.js';

describe("the operators' token", () => {
  let folder: TemporaryFolder;
  let file: string;
  beforeEach(() => {
    folder = new TemporaryFolder();
    file = join(folder.path, 'data', 'admin.token');
  });
  afterEach(() => folder.remove());

  it('is made once, of 256 bits, for its owner alone', () => {
    const token = keptToken(file, systemRandom);
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(keptToken(file, systemRandom)).toBe(token);
    expect(readdirSync(join(folder.path, 'data'))).toEqual(['admin.token']);
  });

  it.each(['', '\n', 'short', 'with spaces that no header would carry, long as it is'])(
    'is not what is in a file with %j',
    (text) => {
      folder.write({ 'data/admin.token': text });
      expect(failureFrom(() => keptToken(file, systemRandom)).code).toBe('token-unusable');
    },
  );

  it('cannot be kept where there is no folder and can be none', () => {
    folder.write({ data: 'a file' });
    expect(failureFrom(() => keptToken(file, systemRandom)).code).toBe('token-unusable');
  });
});
