import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { checkConfig } from '../../../src/config/load-config.js';
import { problemText } from '../../../src/config/problem.js';
import { complaints, configOf } from '../../config-file.js';
import { TemporaryFolder } from '../../temporary-folder.js';

describe('a file that is not YAML', () => {
  it.each([
    ['log:\n\tlevel: info', '2:1: found a tab; allowed: spaces for indentation'],
    [
      'a: b: c',
      '1:4: not YAML: a second "key:" within a value; indent it as its neighbours, or put the value in quotes',
    ],
    ['hostname: "x', '1:13: not YAML: Missing closing "quote'],
    [
      'smtp:\n  listen: [::1]:25',
      '2:16: not YAML: this does not belong here; text that has [ ] { } , # or ": " in it goes in quotes',
    ],
    ['hostname: @me', '1:11: not YAML: Plain value cannot start with reserved character @'],
    ['roles: !!js/function x', '1:8: not YAML: Unresolved tag: tag:yaml.org,2002:js/function'],
    ['%YAML 3\n---\na: 1', '1:7: not YAML: Unsupported YAML version 3'],
  ])('%j is answered with line and column, in plain words', (yaml, expected) => {
    expect(complaints(yaml)).toEqual([`cassmail.yaml:${expected}`]);
  });

  it('has each broken line named once, and no echoes', () => {
    const lines = complaints('  a: 1\n b: 2\nc: "x').map((text) => text.split(':')[1]);
    expect(new Set(lines).size).toBe(lines.length);
  });
});

describe('YAML that is no configuration', () => {
  it.each([
    ['- a\n- b', '1:1: found a list; allowed: keys with values, such as "hostname: mx.example.com"'],
    ['just text', '1:1: found "just text"; allowed: keys with values, such as "hostname: mx.example.com"'],
    ['workers: 1\n---\nworkers: 2', '2:1: found a second document; allowed: one'],
    ['workers: 1\nlog: {}\nworkers: 2', '3:1: workers: given twice; first at cassmail.yaml:1:1'],
    ['log:\n  level: info\n  level: warn', '3:3: log.level: given twice; first at cassmail.yaml:2:3'],
    ['hostname: *name', '1:11: hostname: found *name, which no &name before it explains'],
    ['? [a]\n: b', '1:3: found a key that is not plain text; text that has [ ] { } in it goes in quotes'],
    [
      'smtp: { listen: [[::1]:25] }',
      '1:18: smtp.listen: found a key that is not plain text; text that has [ ] { } in it goes in quotes',
    ],
    ['log: &me { level: *me }', '1:19: log.level: found *me, which no &me before it explains'],
  ])('%j is refused', (yaml, expected) => {
    expect(complaints(yaml)).toEqual([`cassmail.yaml:${expected}`]);
  });

  it('with anchors and aliases is taken', () => {
    const config = configOf('relay: { retry: { first: &wait 1h, max: *wait } }');
    expect(config.relay.retry).toMatchObject({ first: 3_600_000, max: 3_600_000 });
  });

  it('whose aliases would unfold to billions of values is refused at once', () => {
    const levels = Array.from(
      { length: 12 },
      (_, n) => `l${n + 1}: &l${n + 1} [${Array(9).fill(`*l${n}`).join(', ')}]`,
    );
    const bomb = ['l0: &l0 [x]', ...levels].join('\n');
    expect(complaints(bomb).some((text) => text.includes('found more than 50000 values'))).toBe(true);
  });

  it.each(['[', '{a: ', '- ', '? ', '[\n', '{a: [ '])('nested 100,000 times by %j is refused', (piece) => {
    expect(complaints(piece.repeat(100_000))).toEqual([
      expect.stringMatching(/^cassmail\.yaml:\d+:\d+: found values nested too deeply$/),
    ]);
  });
});

describe('a file that cannot be read as one', () => {
  let folder: TemporaryFolder;
  beforeEach(() => {
    folder = new TemporaryFolder();
  });
  afterEach(() => folder.remove());

  function answers(file: string, environment: Record<string, string> = {}): readonly string[] {
    const result = checkConfig({ file, flags: [], environment, currentFolder: folder.path });
    return result.isValid ? [] : result.problems.map(problemText);
  }

  it('is said to be missing where it was asked for', () => {
    expect(answers('other.yaml')).toEqual(['other.yaml: there is no such file']);
    folder.write({ 'a.yaml': '' });
    expect(answers('a.yaml/b')).toEqual([
      'a.yaml/b: there is no such file: a part of its path is not a folder',
    ]);
  });

  it('is no error where nobody asked for it: then there are the defaults', () => {
    expect(complaints(undefined)).toEqual([]);
  });

  it('is said to be a folder or a device', () => {
    mkdirSync(join(folder.path, 'conf.d'));
    expect(answers('conf.d')).toEqual(['conf.d: is a folder; allowed: a file']);
    expect(answers('/dev/zero')).toEqual(['/dev/zero: is a device, pipe or socket; allowed: a file']);
  });

  it('is said to be too large before it is read', () => {
    folder.write({ 'big.yaml': '#'.repeat(10_000_000) });
    expect(answers('big.yaml')).toEqual(['big.yaml: has 10000000 bytes; allowed: at most 1048576']);
  });

  it('is said to be of another encoding, with the line', () => {
    folder.write({
      'utf16.yaml': Buffer.from('\u{feff}hostname: a\n', 'utf16le'),
      'latin1.yaml': Buffer.from('workers: 1\nhostname: mail\n# Büro\n', 'latin1'),
      'binary.yaml': Buffer.from([1, 0, 2]),
    });
    expect(answers('utf16.yaml')).toEqual(['utf16.yaml: is UTF-16; allowed: UTF-8']);
    expect(answers('latin1.yaml')).toEqual([
      'latin1.yaml:3:1: found bytes that are not UTF-8; allowed: UTF-8 text',
    ]);
    expect(answers('binary.yaml')).toEqual(['binary.yaml: is not a text file: it has zero bytes']);
  });

  it('may begin with a byte order mark, and be empty', () => {
    folder.write({ 'bom.yaml': '\u{feff}workers: 2\n', 'empty.yaml': '', 'comments.yaml': '# nothing\n' });
    expect(['bom.yaml', 'empty.yaml', 'comments.yaml'].flatMap((file) => answers(file))).toEqual([]);
  });
});
