import { describe, expect, it } from '@jest/globals';
import { complaints, configOf } from '../../config-file.js';

describe('--set', () => {
  it('stands for what the file says at that key', () => {
    const { log } = configOf('log: { level: warn, format: json }', { flags: ['log.level=debug'] });
    expect(log).toEqual({ level: 'debug', format: 'json' });
  });

  it('takes YAML, so that lists and mappings can be given', () => {
    const config = configOf(undefined, {
      flags: ['domains=[a.org, b.org]', 'relay.retry={first: 1m, max: 2m}'],
    });
    expect(config.domains).toEqual(['a.org', 'b.org']);
    expect(config.relay.retry).toMatchObject({ first: 60_000, max: 120_000, factor: 2 });
  });

  it('takes a step with dots in quotes', () => {
    const flags = ['relay.routes."example.org"=127.0.0.1:2600'];
    expect(configOf(undefined, { flags }).relay.routes).toEqual({
      'example.org': { host: '127.0.0.1', port: 2600 },
    });
  });

  it('replaces a list or mapping whole', () => {
    const yaml = 'relay: { routes: { a.org: "h:1" }, from: [10.0.0.0/8] }';
    const { relay } = configOf(yaml, { flags: ['relay.routes={}', 'relay.from=[]'] });
    expect([relay.routes, relay.from]).toEqual([{}, []]);
  });

  it('goes before a variable, and a later one before an earlier one', () => {
    const environment = { CASSMAIL_SET_log__level: 'debug', CASSMAIL_SET_workers: '3' };
    const config = configOf('workers: 2', { environment, flags: ['log.level=warn', 'log.level=error'] });
    expect([config.log.level, config.workers]).toEqual(['error', 3]);
  });

  it.each([
    ['log.level=loud', '--set log.level: found "loud"; allowed: debug, info, warn or error'],
    ['log.levle=info', '--set log.levle: there is no such key; did you mean log.level?'],
    ['log', '--set log: is not key=value, for example --set relay.retry.first=1m'],
    ['=1', '--set =1: is not key=value, for example --set relay.retry.first=1m'],
    ['log..level=info', '--set log..level=info: is not key=value, for example --set relay.retry.first=1m'],
    ['log=3', '--set log: found the number 3; allowed: a mapping with some of the keys level, format'],
    ['log={level: loud}', '--set log: log.level: found "loud"; allowed: debug, info, warn or error'],
    [
      'relay.smarthost=[::1]:25',
      '--set relay.smarthost: not YAML: this does not belong here; text that has [ ] { } , # or ": " in it goes in quotes',
    ],
    [
      'hostname=',
      '--set hostname: found nothing; allowed: a host name such as mx.example.com, or auto; leave the key out for its default',
    ],
    [
      'log.level.deep=1',
      '--set log.level.deep: log.level: found a mapping; allowed: debug, info, warn or error',
    ],
  ])('%s is answered with the flag', (flag, expected) => {
    expect(complaints(undefined, { flags: [flag] })).toEqual([expected]);
  });
});

describe('a variable CASSMAIL_SET_…', () => {
  it('sets the key whose steps stand between double underscores', () => {
    const environment = { CASSMAIL_SET_relay__retry__first: '7m', OTHER: 'x' };
    expect(configOf('relay: { retry: { first: 1m } }', { environment }).relay.retry.first).toBe(420_000);
  });

  it.each([
    [
      'CASSMAIL_SET_hostnam',
      'a',
      'CASSMAIL_SET_hostnam: hostnam: there is no such key; did you mean hostname?',
    ],
    [
      'CASSMAIL_SET_workers',
      'x',
      'CASSMAIL_SET_workers: workers: found "x"; allowed: a whole number from 1 to 512, or auto',
    ],
    ['CASSMAIL_SET_', 'x', 'CASSMAIL_SET_: names no key; allowed: CASSMAIL_SET_key or CASSMAIL_SET_key__sub'],
    [
      'CASSMAIL_SET_log____level',
      'x',
      'CASSMAIL_SET_log____level: names no key; allowed: CASSMAIL_SET_key or CASSMAIL_SET_key__sub',
    ],
  ])('%s=%s is answered with its name', (name, value, expected) => {
    expect(complaints(undefined, { environment: { [name]: value } })).toEqual([expected]);
  });
});

describe('CASSMAIL_CONFIG', () => {
  it('names the file, which then has to be there', () => {
    const environment = { CASSMAIL_CONFIG: 'mail/node.yaml' };
    expect(configOf('workers: 1', { environment, files: { 'mail/node.yaml': 'workers: 5' } }).workers).toBe(
      5,
    );
    expect(complaints('workers: 1', { environment })).toEqual(['mail/node.yaml: there is no such file']);
  });
});
