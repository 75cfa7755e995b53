import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { until } from '../../until.js';
import { LineConnection } from '../../talk/line-connection.js';
import { expectDialogue } from '../dialogue.js';
import { openStage, type Stage } from './smtp-stage.js';

const READY = `S: 220 *
  C: EHLO client.test
  S: 250*…
  C: MAIL FROM:<>
  S: 250 *
  C: RCPT TO:<anne@example.com>
  S: 250 *
`;

describe('connections of SMTP clients', () => {
  let stage: Stage;

  afterEach(() => stage.close());

  it('end at once when the node goes down and they are idle, and after the message when they are not', async () => {
    stage = await openStage();
    const idle = await stage.connect();
    await expectDialogue(idle, 'S: 220 *');
    const busy = await stage.connect();
    await expectDialogue(busy, READY);
    const drained = stage.smtp.drain(60_000);
    await expectDialogue(idle, 'S: 421 4.3.2 *\nX:');
    await expectDialogue(busy, 'C: DATA\nS: 354 *\nC: x\nC| .\nS: 250 *\nS: 421 4.3.2 *\nX:');
    await drained;
    expect(stage.intake.taken).toHaveLength(1);
  });

  it('end with the answer to QUIT, whether or not the client closes its side', async () => {
    stage = await openStage();
    const client = connect({ port: stage.port, host: '127.0.0.1', allowHalfOpen: true });
    const answers: Buffer[] = [];
    client.on('data', (chunk: Buffer) => answers.push(chunk));
    client.write('QUIT\r\n');
    await once(client, 'end');
    expect(Buffer.concat(answers).toString()).toMatch(/^220 .*\r\n221 2\.0\.0 mx\.test Bye\r\n$/);
    // the other side of the socket is not half open but gone: what is written to it comes back as a reset
    client.on('error', () => undefined);
    await until('the client hears that nobody is there', () => {
      if (!client.destroyed) client.write('NOOP\r\n');
      return client.destroyed;
    });
  });

  it('give the answer to QUIT also to who goes on talking', async () => {
    stage = await openStage();
    const client = await stage.connect();
    await expectDialogue(client, 'S: 220 *\nR: QUIT\\r\\nNOOP\\r\\n\nS: 221 2.0.0 *\nX:');
  });

  it('are cut when a drain has lasted long enough', async () => {
    stage = await openStage();
    const busy = await stage.connect();
    await expectDialogue(busy, READY);
    await stage.smtp.drain(20);
    await busy.ended();
  });

  it('may be reset at any point', async () => {
    stage = await openStage();
    for (const script of [
      'S: 220 *',
      READY,
      `${READY}C: DATA\nS: 354 *\nC: half`,
      `${READY}R: BDAT 9\\r\\nx`,
    ]) {
      const connection = await stage.connect();
      await expectDialogue(connection, script);
      connection.reset();
    }
    await expectDialogue(await stage.connect(), READY);
    expect(stage.intake.taken).toEqual([]);
  });

  it('may bring anything at all: others are served meanwhile and afterwards', async () => {
    stage = await openStage();
    const noise = await stage.connect();
    for (let count = 0; count < 200; count += 1) noise.send(Buffer.alloc(1000, count).fill('\n', 0, 1));
    expect(await noise.ended()).toMatch(/421 4\.7\.0 mx\.test Too many errors\r\n$/);
    await expectDialogue(await stage.connect(), READY);
  });

  it('that are one too many are told so and closed', async () => {
    stage = await openStage();
    const { smtp } = stage;
    const server = createServer((socket) =>
      smtp.refuse({
        socket,
        client: { address: '192.0.2.1', port: 1 },
        isSecure: false,
      }),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await expectDialogue(await LineConnection.open(port), 'S: 421 4.3.2 *\nX:');
    server.close();
  });

  it('from a trusted proxy may speak for another client (XCLIENT)', async () => {
    stage = await openStage({ parts: { mayUseXclient: (client) => client === '127.0.0.1' } });
    await expectDialogue(
      await stage.connect(),
      `S: 220 *
       C: EHLO proxy.test
       S: 250*…
       C: XCLIENT LOGIN=anne
       S: 501 5.7.0 *
       C: XCLIENT ADDR=nonsense
       S: 501 5.5.4 *
       C: XCLIENT ADDR=IPV6:2001:db8::1 NAME=[UNAVAILABLE] PORT=77 PROTO=ESMTP DESTADDR=192.0.2.2 DESTPORT=25
       S: 220 mx.test *
       C: MAIL FROM:<>
       S: 503 *
       C: EHLO client.test
       S: 250*…
       C: MAIL FROM:<>
       S: 250 *
       C: XCLIENT ADDR=192.0.2.3
       S: 503 *
       C: RCPT TO:<anne@example.com>
       S: 250 *
       C: DATA
       S: 354 *
       C: .
       S: 250 *`,
    );
    expect(stage.intake.taken[0]?.header).toContain('from client.test ([IPv6:2001:db8::1])');
  });
});
