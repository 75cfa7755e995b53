// Damaged configuration files: whatever stands in one, the answer is a configuration or a list of problems.
import { describe, expect, it } from '@jest/globals';
import { exampleFile } from '../../src/config/example.js';
import { parseYaml } from '../../src/config/yaml-source.js';
import { checked } from '../config-file.js';
import { randoms } from '../randoms.js';

const ROUNDS = 400;
const PIECES = [
  '{',
  '}',
  '[',
  ']',
  ':',
  ': ',
  '-',
  '- ',
  '\n',
  '\t',
  '"',
  "'",
  '#',
  '&a',
  '*a',
  '!!x',
  '|',
  '>',
  '%',
  '@',
  '~',
  '\0',
  '\u{fffd}',
  '__proto__',
  '---\n',
  '<<: ',
  '? ',
  '1e999',
  '0x',
  '😀',
];

function damaged(text: string, random: Generator<number>): string {
  const below = (limit: number): number => Math.floor(Number(random.next().value) * limit);
  let result = text;
  for (let times = 1 + below(4); times > 0; times -= 1) {
    const at = below(result.length);
    const cut = below(3) === 0 ? below(80) : 0;
    result = result.slice(0, at) + (PIECES[below(PIECES.length)] ?? '') + result.slice(at + cut);
  }
  return result;
}

describe('a damaged file', () => {
  const plain = exampleFile().replaceAll(/^ *#.*\n/gm, '');

  it(`is answered with places and words, in ${ROUNDS} ways to damage it`, () => {
    const random = randoms(20_120_625);
    let wrong = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const result = checked(damaged(plain, random));
      if (result.isValid) continue;
      wrong += 1;
      expect(result.problems.length).toBeGreaterThan(0);
      for (const { says } of result.problems) expect(says).toMatch(/\S/);
    }
    expect(wrong).toBeGreaterThan(ROUNDS / 2);
  });

  it('never makes the reader of YAML itself fail', () => {
    const random = randoms(7);
    for (let round = 0; round < ROUNDS; round += 1) {
      const noise = Array.from(
        { length: 12 },
        () => PIECES[Math.floor(Number(random.next().value) * PIECES.length)],
      ).join('');
      expect(() =>
        parseYaml(noise, (line, column) => ({ kind: 'file', file: 'f', line, column })),
      ).not.toThrow();
    }
  });
});
