import { expect, it } from '@jest/globals';
import { systemSurroundings } from '../../../src/base/surroundings.js';

it("the surroundings are this process's environment and folder", () => {
  const { environment, currentFolder } = systemSurroundings();
  expect(environment).toHaveProperty('PATH', process.env['PATH']);
  expect(currentFolder).toBe(process.cwd());
});
