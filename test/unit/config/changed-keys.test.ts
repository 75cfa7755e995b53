import { describe, expect, it } from '@jest/globals';
import { liveChange } from '../../../src/config/changed-keys.js';
import type { Config } from '../../../src/config/definition.js';
import { configOf as configIn } from '../../config-file.js';

/** Each is read in a folder of its own, which its paths begin with unless they say. */
function configOf(yaml: string): Config {
  return configIn(`data: /var/lib/cassmail\n${yaml}`);
}

describe('a configuration that was read again', () => {
  it('without a change changes nothing', () => {
    const { changed } = liveChange(configOf('hostname: mx.test'), configOf('hostname: mx.test'));
    expect(changed).toEqual({ live: [], atRestart: [] });
  });

  it('takes over what can change while the node runs, and names what cannot', () => {
    const before = configOf('hostname: a.test\nlimits: { messageSize: 1MiB }\nworkers: 1');
    const after = configOf('hostname: b.test\nlimits: { messageSize: 2MiB, smtpIdle: 1m }\nworkers: 1');
    const { changed, config } = liveChange(before, after);
    expect(changed).toEqual({ live: ['limits.messageSize', 'limits.smtpIdle'], atRestart: ['hostname'] });
    expect(config).toEqual({ ...before, limits: after.limits });
  });

  it('takes over lists and maps whole, and unlimited as such', () => {
    const before = configOf('domains: [a.test]');
    const after = configOf(
      'domains: [a.test, b.test]\nrelay: { routes: { c.test: "127.0.0.1:2600" } }\nlimits: { userMessagesPerHour: unlimited }',
    );
    const { changed, config } = liveChange(before, after);
    expect(changed.atRestart).toEqual([]);
    expect(config).toEqual(after);
    expect(config.limits.userMessagesPerHour).toBe(Infinity);
  });

  it('leaves the one before as it was', () => {
    const before = configOf('domains: [a.test]');
    liveChange(before, configOf('domains: [b.test]'));
    expect(before).toEqual(configOf('domains: [a.test]'));
  });
});
