import { describe, expect, it } from '@jest/globals';
import { configSection } from '../../../src/config/definition.js';
import { describedKeys, settingsOf } from '../../../src/config/entry.js';
import { exampleFile } from '../../../src/config/example.js';
import { explainedKey, findKey } from '../../../src/config/explain.js';
import { keyText } from '../../../src/config/key-path.js';
import { configAsData, printedConfig } from '../../../src/config/print.js';
import { configPage } from '../../../src/config/reference.js';
import { failureFrom } from '../../failure-from.js';
import { checked, configOf, type Given } from '../../config-file.js';

function printed(yaml: string | undefined, given: Given = {}): string {
  const result = checked(yaml, given);
  return result.isValid ? printedConfig(result) : '';
}

describe('the example file', () => {
  it('is the defaults', () => {
    expect({ ...configOf(exampleFile()), data: '' }).toEqual({ ...configOf(undefined), data: '' });
  });

  it('has every key', () => {
    for (const { path } of settingsOf(configSection)) {
      expect(exampleFile()).toMatch(new RegExp(`^ *(# )?${path.at(-1)}:`, 'm'));
    }
  });
});

describe('the configuration in print', () => {
  it.each([
    ['the defaults', undefined],
    [
      'sizes, times and numbers',
      'limits: { messageSize: 64KiB, pop3Idle: 90s }\nworkers: 3\nmailboxes: { quotaMessages: 10 }',
    ],
    [
      'addresses',
      'smtp: { listen: ["[::1]:2525", "127.0.0.1:2526"] }\nrelay: { smarthost: "mx.example.com:25", from: ["::1"] }',
    ],
    [
      'maps',
      'relay: { routes: { a.org: "h:25", b.org: "[::1]:25" }, destinations: { c.org: { connections: 1 } } }',
    ],
    [
      'a ring over data centres',
      'store: { kind: cassandra, cassandra: { replicationFactor: { datacenter1: 3, dc2: 2 }, consistency: { overrides: { list: ONE } } } }',
    ],
    [
      'text that YAML would take for something else',
      'hostname: "1e3"\nstore: { cassandra: { localDataCenter: "0x1f", contactPoints: ["::1"] } }',
    ],
  ])('reads back as the same: %s', (_, yaml) => {
    const first = configOf(yaml);
    expect(configOf(printed(yaml))).toEqual({ ...first, data: expect.any(String) });
  });

  it('says where each value comes from', () => {
    const text = printed('workers: 2\nlog:\n  level: warn\n', {
      flags: ['domains=[a.org]'],
      environment: { CASSMAIL_SET_log__format: 'json' },
    });
    expect(text).toMatch(/^# cassmail\.yaml, over the defaults$/m);
    expect(text).toMatch(/^workers: 2 +# cassmail\.yaml:1:10$/m);
    expect(text).toMatch(/^ {2}level: warn +# cassmail\.yaml:3:10$/m);
    expect(text).toMatch(/^ {2}format: json +# CASSMAIL_SET_log__format$/m);
    expect(text).toMatch(/^domains: \[ a\.org \] +# --set domains$/m);
    expect(text).toMatch(/^hostname: auto +# default$/m);
    expect(text).toMatch(/^ {2}# smarthost: \(not set\)$/m);
  });

  it('has no secrets, wherever they come from', () => {
    const yaml = 'store: { cassandra: { username: u, passwordFile: s } }\nadmin: { peerSecret: opensesame }';
    const result = checked(yaml, { files: { s: 'abracadabra' } });
    if (!result.isValid) throw new Error('the configuration is wrong');
    const shown = printedConfig(result) + JSON.stringify(configAsData(result));
    expect(shown).not.toMatch(/opensesame|abracadabra/);
    expect(shown).toMatch(/# password: \(secret, not shown\) +# secret file \//);
  });

  it('is data for programs too', () => {
    const result = checked('workers: 2');
    if (!result.isValid) throw new Error('the configuration is wrong');
    expect(configAsData(result)).toMatchObject({
      file: 'cassmail.yaml',
      keys: {
        workers: { value: 2, origin: 'cassmail.yaml:1:10' },
        'relay.retry.first': { value: '5m', origin: 'default' },
        'relay.smarthost': { value: null, origin: 'not set' },
      },
    });
  });
});

describe('the explanation of a key', () => {
  it('says what it does, what is allowed, and how it is set', () => {
    expect(explainedKey(findKey('relay.retry.first'))).toBe(
      [
        'relay.retry.first',
        '  Wait after the first attempt.',
        '',
        '  allowed:               a time such as 500ms, 30s, 5m, 4h or 5d, from 1s to 30d',
        '  default:               5m',
        '  a change takes effect: on reload',
        "  on the command line:   --set 'relay.retry.first=…'",
        '  in the environment:    CASSMAIL_SET_relay__retry__first=…',
      ].join('\n'),
    );
  });

  it('is there for every key', () => {
    for (const { path } of describedKeys(configSection)) {
      expect(explainedKey(findKey(keyText(path)))).toContain('allowed:');
    }
  });

  it.each([
    ['relay.retri.first', 'there is no key relay.retri.first; did you mean relay.retry.first?'],
    ['messageSize', 'there is no key messageSize; did you mean limits.messageSize?'],
    ['colour', 'there is no key colour; `cassmail config explain` lists all keys'],
    ['..', 'there is no key ".."; `cassmail config explain` lists all keys'],
    ['', 'there is no key ""; `cassmail config explain` lists all keys'],
  ])('of %j, which there is not, names the nearest', (key, expected) => {
    const failure = failureFrom(() => findKey(key));
    expect([failure.code, failure.message]).toEqual(['config-invalid', expected]);
  });
});

describe('the reference page', () => {
  it('has a row for every key', () => {
    for (const { path } of describedKeys(configSection))
      expect(configPage()).toContain(`| \`${keyText(path)}\` |`);
  });
});
