import { afterEach, describe, expect, it } from '@jest/globals';
import { LabHost, type RemoteHostOptions } from '../../../src/lab/remote/remote-host.js';
import { addressIn, contentOf } from '../../../src/lab/remote/remote-message.js';
import {
  at,
  BEHAVE,
  CLOSE,
  cutAfter,
  greylisting,
  HANG,
  reply,
  TAKE,
} from '../../../src/lab/remote/remote-script.js';
import { selfSignedPair } from '../../../src/net/self-signed.js';
import { LineConnection } from '../../talk/line-connection.js';
import { until } from '../../until.js';

const open: (LabHost | LineConnection)[] = [];

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function visit(options: RemoteHostOptions = {}) {
  const host = await LabHost.open(options);
  const client = await LineConnection.open(host.port);
  open.push(client, host);
  return { host, client };
}

const BEGIN = 'EHLO us\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example> NOTIFY=NEVER\r\nDATA\r\n';

describe('a remote host of tests', () => {
  it('takes pipelined messages and enters their octets as they came', async () => {
    const { host, client } = await visit();
    client.send(
      `${BEGIN}..dot\r\nend\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<x@d.example>\r\nDATA\r\n.\r\nQUIT\r\n`,
    );
    expect(await client.ended()).toMatch(/^220[^]*250 2\.0\.0 Taken\r\n[^]*221 /);
    const [first, second] = host.ledger.messages;
    expect(first?.mail).toBe('FROM:<a@b.example>');
    expect(first?.recipients).toEqual(['TO:<c@d.example> NOTIFY=NEVER']);
    expect(first?.recipients.map(addressIn)).toEqual(['c@d.example']);
    expect(first?.wire.toString()).toBe('..dot\r\nend\r\n');
    expect(first === undefined ? '' : contentOf(first)).toBe('.dot\r\nend\r\n');
    expect(second?.sizeBytes).toBe(0);
  });

  it('offers TLS where it has a certificate', async () => {
    const validity = { validFromMs: Date.now() - 1000, validUntilMs: Date.now() + 3_600_000 };
    const { host, client } = await visit({ tls: await selfSignedPair({ host: 'r.example', ...validity }) });
    client.send('EHLO us\r\n');
    expect((await client.until('STARTTLS\r\n')).toString()).toContain('250 STARTTLS');
    client.send('STARTTLS\r\n');
    await client.until('ahead\r\n');
    await client.upgradeToTls();
    client.send(`${BEGIN}x\r\n.\r\n`);
    expect((await client.until('Taken\r\n')).toString()).not.toContain('STARTTLS');
    expect(host.ledger.messages[0]?.isSecure).toBe(true);
  });

  it('lets in who knows the password', async () => {
    const { client } = await visit({ login: { user: 'u', password: 'p' } });
    client.send(
      `AUTH PLAIN ${Buffer.from('\0u\0p').toString('base64')}\r\nAUTH PLAIN ${Buffer.from('\0u\0q').toString('base64')}\r\n`,
    );
    expect((await client.until('password\r\n')).toString()).toMatch(/235 [^]*535 /);
  });

  it.each([
    ['refuses', at('RCPT', reply('550', '5.1.1 No such user')), /550 5\.1\.1 No such user\r\n554 /],
    ['greylists', greylisting(), /450 4\.7\.1/],
    ['says 421 and goes', at('DATA', reply('421', 'Going down'), CLOSE), /421 Going down\r\n$/],
    ['closes after the dot', at('dot', CLOSE), /354 [^\n]*\n$/],
    ['resets in the middle of a message', cutAfter(1), /^(?![^]*Taken)/],
    ['talks a lot', at('MAIL', { flood: '250-blah', lines: 10_000 }, CLOSE), /(250-blah\r\n){100}/],
    ['greets late', at('connect', { waitMs: 20 }, BEHAVE), /^220 [^]*Taken/],
  ])('%s where a script says so', async (_what, script, expected) => {
    const { client } = await visit({ script });
    client.send(`${BEGIN}x\r\n.\r\nQUIT\r\n`);
    expect(await client.ended()).toMatch(expected);
  });

  it('takes a message and never says so', async () => {
    const { host, client } = await visit({ script: at('dot', TAKE, HANG) });
    client.send(`${BEGIN}x\r\n.\r\n`);
    await until('the message is in the ledger', () => host.ledger.count === 1);
    expect(client.pending).not.toContain('Taken');
  });
});
