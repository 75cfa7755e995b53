import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { programVersion } from '../../../src/base/version.js';
import { projectRoot } from '../../project-root.js';

it("the program's version is that of its package", () => {
  const description: unknown = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'));
  expect(description).toHaveProperty('version', programVersion());
});
