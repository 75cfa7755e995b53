// POP3 over the embedded store, from the octets that were delivered to those that a client gets.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Budget } from '../../src/base/budget.js';
import { systemClock, systemTimers } from '../../src/base/clock.js';
import { Metrics } from '../../src/base/metrics.js';
import { systemRandom } from '../../src/base/random.js';
import { TimeUuidSource } from '../../src/base/time-uuid.js';
import { parseLogin } from '../../src/mail/login.js';
import { INBOX } from '../../src/mail/mailbox-name.js';
import { StoreMailboxDoor } from '../../src/mailbox/store-mailbox-door.js';
import type { Store } from '../../src/store/api/store.js';
import type { StatementTap } from '../../src/store/api/statement-tap.js';
import { openEmbeddedStore } from '../../src/store/embedded/embedded-store.js';
import { RecordedLog } from '../recorded-log.js';
import { TemporaryFolder } from '../temporary-folder.js';
import { Pop3Node } from './pop3-node.js';

const HEADER = 'Subject: hello\r\n\r\n';
const MESSAGES = [
  HEADER,
  `${HEADER}.\r\n..\r\n.x\r\n`,
  `${HEADER}\0\x01\xff\xfe\r\n`,
  `${HEADER}${'y'.repeat(1_000_000)}\r\n`,
  `${HEADER}${`.${'z'.repeat(76)}\r\n`.repeat(10_000)}`,
].map((message) => Buffer.from(message, 'latin1'));

describe('POP3 over the embedded store', () => {
  const folder = new TemporaryFolder();
  const surroundings = {
    clock: systemClock,
    timers: systemTimers,
    random: systemRandom,
    log: new RecordedLog(),
    metrics: new Metrics(),
  };
  const address = { login: parseLogin('anne@example.com'), mailbox: INBOX };
  const tap: StatementTap = { around: (_statement, send) => send() };
  let store: Store;
  let node: Pop3Node;

  beforeAll(async () => {
    store = await openEmbeddedStore({ folder: folder.path, role: 'node', ...surroundings, tap });
    const ids = new TimeUuidSource(systemClock, systemRandom);
    for (const bytes of MESSAGES) await deliver(store, ids, bytes);
    const { mailboxes, claims } = store;
    const door = new StoreMailboxDoor({ mailboxes, claims, worker: 'test', ...surroundings });
    node = await Pop3Node.start({ parts: { door } });
  });
  afterAll(async () => {
    await node.stop();
    await node.pop3.drain(0);
    await store.close();
    folder.remove();
  });

  async function deliver(to: Store, ids: TimeUuidSource, bytes: Buffer): Promise<void> {
    const budget = Budget.of(systemClock, 20_000);
    const id = ids.next();
    if (bytes.length < 1000) {
      await to.mailboxes.deliver({ id, body: { kind: 'small', bytes }, to: [address] }, budget);
      return;
    }
    const stream = async function* (): AsyncGenerator<Uint8Array> {
      yield bytes;
    };
    const large = await to.bodies.write(id, stream(), budget);
    const body = await to.bodies.hold(large, [{ kind: 'mailbox', address, message: id }], budget);
    await to.mailboxes.deliver({ id, body, to: [address] }, budget);
  }

  it('gives every message octet by octet, with its size and its unique id (RFC 1939 sections 5 and 7)', async () => {
    const talk = await node.loggedIn();
    const octets = MESSAGES.reduce((sum, { length }) => sum + length, 0);
    expect((await talk.command('STAT')).text).toBe(`${MESSAGES.length} ${octets}`);
    expect((await talk.listing('LIST')).lines).toEqual(
      MESSAGES.map(({ length }, at) => `${at + 1} ${length}`),
    );
    const { lines } = await talk.listing('UIDL');
    expect(new Set(lines.map((line) => line.split(' ')[1])).size).toBe(MESSAGES.length);
    for (const line of lines) expect(line).toMatch(/^\d+ [\x21-\x7E]{1,70}$/);
    for (const [at, message] of MESSAGES.entries()) {
      expect((await talk.content(`RETR ${at + 1}`)).content.equals(message)).toBe(true);
      expect((await talk.content(`TOP ${at + 1} 0`)).content.toString('latin1')).toBe(HEADER);
    }
    await talk.command('QUIT');
  });

  it('locks the mailbox for as long as the session lasts (RFC 1939 section 4)', async () => {
    const first = await node.loggedIn();
    const second = await node.talk();
    expect(await second.login('anne', 'correct horse')).toMatchObject({ isOk: false, code: 'IN-USE' });
    await first.command('QUIT');
    expect((await second.login('anne', 'correct horse')).isOk).toBe(true);
    await second.command('QUIT');
  });

  it('removes at QUIT what was marked and keeps the other ids (RFC 1939 sections 6 and 7)', async () => {
    const first = await node.loggedIn();
    const before = (await first.listing('UIDL')).lines;
    for (const number of [1, 4]) await first.command(`DELE ${number}`);
    await first.command('QUIT');
    const second = await node.loggedIn();
    const ids = (await second.listing('UIDL')).lines.map((line) => line.split(' ')[1]);
    expect(ids).toEqual([1, 2, 4].map((at) => before[at]?.split(' ')[1]));
    await second.command('QUIT');
  });
});
