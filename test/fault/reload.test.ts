// A changed configuration takes effect in every worker without anybody losing his connection; a wrong one does not.
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:tls';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { selfSignedPair, type SelfSignedPair } from '../../src/net/self-signed.js';
import { MailNode } from '../mail-node.js';
import type { SmtpTalk } from '../talk/smtp-talk.js';
import { TemporaryFolder } from '../temporary-folder.js';
import { until } from '../until.js';

const LONG_MS = 120_000;
const DAY_MS = 24 * 60 * 60 * 1000;
/** New connections at the same time: too many for one worker to take before the other does. */
const AT_ONCE = 20;

describe('a configuration that is changed while the node runs', () => {
  const folder = new TemporaryFolder();
  const earlier: SmtpTalk[] = [];
  let node: MailNode;

  beforeAll(async () => {
    configure({ domains: ['example.com'], messageSize: '1MiB' });
    certify(await newPair());
    node = await MailNode.start({
      data: join(folder.path, 'data'),
      file: join(folder.path, 'cassmail.yaml'),
      set: ['workers=2'],
    });
    for (let count = 0; count < 10; count += 1) earlier.push(await node.smtp());
  }, LONG_MS);

  afterAll(async () => {
    await node.stop('SIGKILL');
    folder.remove();
  }, LONG_MS);

  function configure({ domains, messageSize }: { domains: readonly string[]; messageSize: string }): void {
    const pair = { cert: join(folder.path, 'cert.pem'), key: join(folder.path, 'key.pem') };
    const lines = [`domains: [${domains.join(', ')}]`, `tls: { cert: ${pair.cert}, key: ${pair.key} }`];
    folder.write({ 'cassmail.yaml': `${lines.join('\n')}\nlimits: { messageSize: ${messageSize} }\n` });
  }

  function certify({ cert, key }: SelfSignedPair): void {
    folder.write({ 'cert.pem': cert, 'key.pem': key });
  }

  /** Says what became of it. */
  async function reload(event: 'config.reloaded' | 'config.reload-refused'): Promise<void> {
    const before = node.process.countOf(event);
    process.kill(node.process.pid, 'SIGHUP');
    await until(`it says ${event}`, () => node.process.countOf(event) > before);
  }

  async function announcedSize(): Promise<string | undefined> {
    const talk = await node.smtp();
    const size = (await talk.ehlo()).get('SIZE');
    talk.close();
    return size;
  }

  async function shownCertificate(): Promise<string> {
    const socket = connect({ port: node.port('pop3.implicitTls'), rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    const shown = socket.getPeerX509Certificate();
    socket.destroy();
    return shown?.fingerprint256 ?? '';
  }

  /** 550 5.7.1 where we have nothing to do with the domain, 550 5.1.1 where we know of nobody of that name. */
  async function answerTo(recipient: string): Promise<string | undefined> {
    const talk = await node.smtp();
    await talk.ehlo();
    await talk.command('MAIL FROM:<>');
    const { enhanced } = await talk.command(`RCPT TO:<${recipient}>`);
    talk.close();
    return enhanced;
  }

  it(
    'gives new clients of all workers the new limit, domain and certificate, and keeps the earlier ones',
    async () => {
      expect(await announcedSize()).toBe(String(2 ** 20));
      expect(await answerTo('nobody@example.org')).toBe('5.7.1');
      const pair = await newPair();
      configure({ domains: ['example.com', 'example.org'], messageSize: '2MiB' });
      certify(pair);
      await reload('config.reloaded');
      await everywhere(announcedSize, String(2 ** 21));
      await everywhere(() => answerTo('nobody@example.org'), '5.1.1');
      await everywhere(shownCertificate, new X509Certificate(pair.cert).fingerprint256);
      for (const talk of earlier) expect((await talk.command('NOOP')).code).toBe(250);
    },
    LONG_MS,
  );

  it(
    'changes nothing where the file is broken or has a wrong value, and says where',
    async () => {
      for (const broken of ['domains: [\n', 'domains: [example.com]\nlimits: { messageSize: much }\n']) {
        folder.write({ 'cassmail.yaml': broken });
        await reload('config.reload-refused');
        const said = node.process.lines.findLast(({ event }) => event === 'config.reload-refused');
        expect(said).toMatchObject({
          code: 'config-invalid',
          says: expect.stringContaining('cassmail.yaml:'),
        });
        await expect(node.api('POST', '/reload')).rejects.toThrow('config-invalid');
        await everywhere(announcedSize, String(2 ** 21));
      }
    },
    LONG_MS,
  );

  it(
    'goes on with the certificate before where the new one is broken',
    async () => {
      const before = await shownCertificate();
      configure({ domains: ['example.com'], messageSize: '3MiB' });
      folder.write({ 'cert.pem': 'no certificate' });
      await reload('config.reloaded');
      await everywhere(announcedSize, String(3 * 2 ** 20));
      await everywhere(shownCertificate, before);
      await until('both workers say so', () => node.process.countOf('tls.reload-refused') > 1);
      const { says } = await node.process.line('tls.reload-refused');
      expect(says).toContain('cert.pem');
    },
    LONG_MS,
  );

  it(
    'holds for workers that take the place of others later',
    async () => {
      certify(await newPair());
      configure({ domains: ['example.com'], messageSize: '4MiB' });
      await reload('config.reloaded');
      const pids = node.process.workerPids;
      // all of them, so that whoever answers then is new; one by one, for the last would take the port with it
      for (const pid of pids) {
        const replaced = node.process.countOf('worker.replaced');
        process.kill(pid, 'SIGKILL');
        await until('it is replaced', () => node.process.countOf('worker.replaced') > replaced);
        await until('all workers serve', () => node.isReady());
      }
      expect(node.process.workerPids.filter((pid) => pids.includes(pid))).toEqual([]);
      const sizes = await Promise.all(Array.from({ length: AT_ONCE }, announcedSize));
      expect(new Set(sizes)).toEqual(new Set([String(4 * 2 ** 20)]));
    },
    LONG_MS,
  );
});

function newPair(): Promise<SelfSignedPair> {
  const nowMs = Date.now();
  return selfSignedPair({
    host: 'mx.example.com',
    validFromMs: nowMs - DAY_MS,
    validUntilMs: nowMs + 100 * DAY_MS,
  });
}

async function everywhere<T>(look: () => Promise<T>, wanted: T): Promise<void> {
  await until(`all new clients are told ${String(wanted)}`, async () => {
    const seen = await Promise.all(Array.from({ length: AT_ONCE }, look));
    return seen.every((one) => one === wanted);
  });
}
