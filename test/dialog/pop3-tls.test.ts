import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock, systemTimers } from '../../src/base/clock.js';
import { Metrics } from '../../src/base/metrics.js';
import { systemRandom } from '../../src/base/random.js';
import { upgradeToTls } from '../../src/net/handshake.js';
import { ensureOwnPair } from '../../src/net/own-pair.js';
import { TlsKeys } from '../../src/net/tls-keys.js';
import { RecordedLog } from '../recorded-log.js';
import { TemporaryFolder } from '../temporary-folder.js';
import { PASSWORD, Pop3Node } from './pop3-node.js';

const folder = new TemporaryFolder();
const PLAIN = Buffer.from(`\0anne\0${PASSWORD}`).toString('base64');

describe('POP3 where TLS is required', () => {
  let tls: TlsKeys;
  let node: Pop3Node;

  beforeAll(async () => {
    const log = new RecordedLog();
    const own = {
      folder: folder.path,
      host: 'mx.example.com',
      clock: systemClock,
      random: systemRandom,
      log,
    };
    const pair = await ensureOwnPair(own);
    tls = await TlsKeys.open({ settings: () => ({ pair, names: {} }), clock: systemClock, log });
  });
  afterAll(() => folder.remove());

  beforeEach(async () => {
    const parts = { tls, timers: systemTimers, metrics: new Metrics() };
    const options = { protocol: 'pop3', timeoutMs: 20_000 };
    node = await Pop3Node.start({
      settings: { requireTls: true },
      parts: { upgradeToTls: (socket) => upgradeToTls(socket, options, parts) },
    });
  });
  afterEach(() => node.stop());

  it.each(['USER anne', `PASS ${PASSWORD}`, 'AUTH PLAIN', `AUTH PLAIN ${PLAIN}`])(
    '%s is refused before it (RFC 2595 section 4, RFC 3206 section 4)',
    async (line) => {
      const talk = await node.talk();
      expect(await talk.command(line)).toMatchObject({ isOk: false, code: 'AUTH' });
    },
  );

  it('invites no password before it, and no TLS after it (RFC 2595 section 4)', async () => {
    const talk = await node.talk();
    const before = (await talk.listing('CAPA')).lines;
    expect(before).toContain('STLS');
    expect(before).not.toContain('USER');
    await talk.startTls();
    const after = (await talk.listing('CAPA')).lines;
    expect(after).not.toContain('STLS');
    expect(after).toContain('SASL PLAIN');
    expect((await talk.command('STLS')).isOk).toBe(false);
    expect((await talk.login('anne', PASSWORD)).isOk).toBe(true);
    expect((await talk.command('STLS')).isOk).toBe(false);
    expect((await talk.command('QUIT')).isOk).toBe(true);
  });

  it('forgets what was injected before it (RFC 2595 section 4)', async () => {
    const talk = await node.talk();
    talk.connection.send('UTF8\r\nNOOP\r\n');
    await talk.reply();
    await talk.reply();
    const other = await node.talk();
    other.connection.send('STLS\r\nUSER mallory\r\nCAPA\r\n');
    expect((await other.reply()).isOk).toBe(true);
    await other.connection.upgradeToTls();
    // the first reply under TLS is to the first command under TLS, and nobody has said USER
    expect(await other.command(`PASS ${PASSWORD}`)).toMatchObject({ isOk: false, text: 'USER first' });
    expect((await other.login('anne', PASSWORD)).isOk).toBe(true);
  });

  it('ends a client that speaks no TLS after STLS, and serves the next', async () => {
    const talk = await node.talk();
    expect((await talk.command('STLS')).isOk).toBe(true);
    talk.connection.send('CAPA\r\n'.repeat(20));
    await talk.connection.ended();
    await node.logged('pop3.tls-failed');
    expect((await node.talk()).greeting.isOk).toBe(true);
  });
});
