import { describe, expect, it } from '@jest/globals';
import { complaints } from '../../config-file.js';

describe('a wrong value', () => {
  it.each([
    ['hostname: [a]', '1:11: hostname: found a list; allowed: a host name such as mx.example.com, or auto'],
    ...['1.2.3.4', '1.2.3.400', '"10"', 'mx.1'].map((name): [string, string] => [
      `hostname: ${name}`,
      `1:11: hostname: found ${name.startsWith('"') ? name : `"${name}"`}; allowed: a host name such as mx.example.com, or auto`,
    ]),
    ['hostname: "-a"', '1:11: hostname: found "-a"; allowed: a host name such as mx.example.com, or auto'],
    ['workers: 0', '1:10: workers: found the number 0; allowed: a whole number from 1 to 512, or auto'],
    ['workers: many', '1:10: workers: found "many"; allowed: a whole number from 1 to 512, or auto'],
    ['log: { level: loud }', '1:15: log.level: found "loud"; allowed: debug, info, warn or error'],
    ['mailboxes: { outbox: yes }', '1:22: mailboxes.outbox: found "yes"; allowed: true or false'],
    [
      'limits:\n  messageSize: 50MB',
      '2:16: limits.messageSize: found "50MB"; allowed: a size such as 64KiB, 50MiB or 2GiB, from 1KiB to 2GiB',
    ],
    [
      'limits: { messageSize: 52428800 }',
      '1:24: limits.messageSize: found the number 52428800; allowed: a size such as 64KiB, 50MiB or 2GiB, from 1KiB to 2GiB',
    ],
    [
      'limits: { messageSize: 3GiB }',
      '1:24: limits.messageSize: found "3GiB"; allowed: a size such as 64KiB, 50MiB or 2GiB, from 1KiB to 2GiB',
    ],
    [
      'relay: { retry: { first: 5 minutes } }',
      '1:26: relay.retry.first: found "5 minutes"; allowed: a time such as 500ms, 30s, 5m, 4h or 5d, from 1s to 30d',
    ],
    [
      'smtp: { listen: "127.0.0.1:25" }',
      '1:17: smtp.listen: found "127.0.0.1:25"; allowed: a list, each item an IP address and a port such as "127.0.0.1:2525", "0.0.0.0:25" or "[::1]:2525" (in quotes)',
    ],
    [
      'smtp: { listen: ["127.0.0.1:25", "localhost:26"] }',
      '1:34: smtp.listen: found "localhost:26"; allowed: an IP address and a port such as "127.0.0.1:2525", "0.0.0.0:25" or "[::1]:2525" (in quotes)',
    ],
    [
      'relay: { from: [10.0.0.0/33] }',
      '1:17: relay.from: found "10.0.0.0/33"; allowed: a network such as "10.0.0.0/8" or "fd00::/8", or one IP address',
    ],
    [
      'relay: { smarthost: mx.example.com }',
      '1:21: relay.smarthost: found "mx.example.com"; allowed: a host and a port such as "mx.example.com:25", "127.0.0.1:2600" or "[::1]:25" (in quotes)',
    ],
    [
      'relay: { perDestination: { messagesPerSecond: 0 } }',
      '1:47: relay.perDestination.messagesPerSecond: found the number 0; allowed: a number from 0.001 to 1000000, or unlimited',
    ],
    [
      'relay: { destinations: { a.org: { messagesPerSecond: fast } } }',
      '1:54: relay.destinations."a.org".messagesPerSecond: found "fast"; allowed: a number from 0.001 to 1000000, or unlimited',
    ],
    [
      'relay: { routes: { Example.ORG: "127.0.0.1:25" } }',
      '1:20: relay.routes: found the key "Example.ORG"; allowed: a domain in lower case such as example.com (other scripts as xn--…)',
    ],
    [
      'store: { cassandra: { replicationFactor: 0 } }',
      '1:42: store.cassandra.replicationFactor: found the number 0; allowed: a whole number from 1 to 15, or one for each data centre such as { dc1: 3, dc2: 2 }',
    ],
    [
      'store: { cassandra: { consistency: { write: quorum } } }',
      '1:45: store.cassandra.consistency.write: found "quorum"; allowed: ONE, TWO, THREE, QUORUM, ALL, LOCAL_ONE, LOCAL_QUORUM or EACH_QUORUM',
    ],
    [
      'roles: []',
      '1:8: roles: found an empty list; allowed: a list that is not empty, each item smtp, pop3, gateway or admin',
    ],
    ['roles: [pop]', '1:9: roles: found "pop"; allowed: smtp, pop3, gateway or admin'],
    ['log: loud', '1:6: log: found "loud"; allowed: a mapping with some of the keys level, format'],
    [
      'hostname:',
      '1:10: hostname: found nothing; allowed: a host name such as mx.example.com, or auto; leave the key out for its default',
    ],
  ])('%s is answered with its place, what was found and what is allowed', (yaml, expected) => {
    expect(complaints(yaml)).toEqual([`cassmail.yaml:${expected}`]);
  });

  it('that is missing and has no default is said to be missing where its neighbours stand', () => {
    expect(complaints('tls:\n  names:\n    mx.example.com: { cert: a.pem }')).toEqual([
      'cassmail.yaml:3:21: tls.names."mx.example.com".key: found nothing; allowed: the path of a file or folder',
    ]);
  });

  it('that is a secret is not repeated', () => {
    expect(complaints('store: { cassandra: { username: u, password: 271828 } }')).toEqual([
      'cassmail.yaml:1:46: store.cassandra.password: found something else (it is not shown); allowed: text on one line (a number goes in quotes)',
    ]);
  });

  it('is shown on one line, cut, and without what would disturb a terminal', () => {
    const [complaint] = complaints(`hostname: "\\e[31m${'x'.repeat(500)}"`);
    expect(complaint).toMatch(/^cassmail\.yaml:1:11: hostname: found "\u{fffd}\[31mx{55}…"; allowed/u);
  });

  it('is one of many: all are said at once, in the order of the file', () => {
    const yaml = 'workers: 0\nlog:\n  level: x\n  format: y\nhostnam: z\n';
    expect(complaints(yaml).map((text) => text.split(' ', 2).join(' '))).toEqual([
      'cassmail.yaml:1:10: workers:',
      'cassmail.yaml:3:10: log.level:',
      'cassmail.yaml:4:11: log.format:',
      'cassmail.yaml:5:1: hostnam:',
    ]);
  });
});

describe('an unknown key', () => {
  it.each([
    ['hostnam: a', '1:1: hostnam: there is no such key; did you mean hostname?'],
    ['smtp:\n  lisen: []', '2:3: smtp.lisen: there is no such key; did you mean smtp.listen?'],
    ['messageSize: 5MiB', '1:1: messageSize: there is no such key; did you mean limits.messageSize?'],
    ['Hostname: a', '1:1: Hostname: there is no such key; did you mean hostname?'],
    ['log: { colour: true }', '1:8: log.colour: there is no such key; allowed here: level, format'],
    [
      'relay: { destinations: { a.org: { conections: 1 } } }',
      '1:35: relay.destinations."a.org".conections: there is no such key; did you mean relay.destinations."a.org".connections?',
    ],
    [
      '"\\u0007": 1',
      '1:1: "\u{fffd}": there is no such key; allowed here: hostname, domains, data, roles, workers, store, smtp, submission, pop3, proxies, tls, mailboxes, limits, relay, admin, log',
    ],
  ])('%s is answered with the key that was meant', (yaml, expected) => {
    expect(complaints(yaml)).toEqual([`cassmail.yaml:${expected}`]);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('%s is like any other', (key) => {
    const [complaint, ...more] = complaints(`${key}: { hostname: a }`);
    expect(complaint).toMatch(/there is no such key|is not plain text/);
    expect(more).toEqual([]);
  });
});

describe('a key without a value', () => {
  it('is as if it were not there where it is a section, so that all below it can be commented out', () => {
    expect(complaints('limits:\n  # messageSize: 1MiB\nrelay:\n  retry:\n')).toEqual([]);
  });

  it('is as if it were not there where it is optional', () => {
    expect(complaints('relay: { smarthost: }')).toEqual([]);
  });
});
