import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { nodeWords } from '../../../src/app/node-words.js';
import { loadConfig, type ConfigRequest } from '../../../src/config/load-config.js';
import { TemporaryFolder } from '../../temporary-folder.js';

describe('the words that find a node', () => {
  let folder: TemporaryFolder;
  beforeEach(() => {
    folder = new TemporaryFolder();
  });
  afterEach(() => folder.remove());

  function wordsFor(given: Partial<ConfigRequest>, adminPort = 8080): readonly string[] {
    const request = { file: undefined, flags: [], environment: {}, currentFolder: folder.path, ...given };
    const words = nodeWords(request, loadConfig(request).config, adminPort);
    const file = words[0] === '-c' ? words[1] : undefined;
    const flags = words.filter((_, at) => words[at - 1] === '--set');
    const found = loadConfig({ file, flags, environment: {}, currentFolder: folder.path }).config;
    expect(found.data).toBe(loadConfig(request).config.data);
    expect(found.admin.listen.port).toBe(adminPort);
    return words;
  }

  it('are none where a command finds it by itself', () => {
    expect(wordsFor({})).toEqual([]);
    folder.write({ 'cassmail.yaml': 'data: elsewhere\n' });
    expect(wordsFor({})).toEqual([]);
  });

  it('are the file, named on the command line or in the environment', () => {
    folder.write({ 'mail.yaml': 'data: elsewhere\nadmin: { listen: "127.0.0.1:9090" }\n' });
    expect(wordsFor({ file: 'mail.yaml' }, 9090)).toEqual(['-c', 'mail.yaml']);
    expect(wordsFor({ environment: { CASSMAIL_CONFIG: 'mail.yaml' } }, 9090)).toEqual(['-c', 'mail.yaml']);
  });

  it('are the data folder and the port, where they were not read from a file', () => {
    const elsewhere = join(folder.path, 'elsewhere');
    expect(wordsFor({ flags: ['data=elsewhere'] })).toEqual(['--set', `data=${elsewhere}`]);
    expect(wordsFor({ environment: { CASSMAIL_SET_data: 'elsewhere' } })).toEqual([
      '--set',
      `data=${elsewhere}`,
    ]);
    expect(wordsFor({ flags: ['admin.listen="[::1]:0"'] }, 4711)).toEqual([
      '--set',
      'admin.listen="[::1]:4711"',
    ]);
  });

  it('are all of them where the file is right only with what was said besides', () => {
    folder.write({ 'mail.yaml': 'hostname: ""\n' });
    const words = nodeWords(
      { file: 'mail.yaml', flags: [], environment: {}, currentFolder: folder.path },
      loadConfig({ file: undefined, flags: [], environment: {}, currentFolder: folder.path }).config,
      8080,
    );
    expect(words).toEqual([
      '-c',
      'mail.yaml',
      '--set',
      `data=${join(folder.path, 'data')}`,
      '--set',
      'admin.listen=127.0.0.1:8080',
    ]);
  });
});
