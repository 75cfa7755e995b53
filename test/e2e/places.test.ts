import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MailNode } from '../mail-node.js';
import { SmtpTalk } from '../talk/smtp-talk.js';
import { TemporaryFolder } from '../temporary-folder.js';
import { until } from '../until.js';

/** Tries until there is a place; the client before may not have been missed yet. */
async function admitted<Talk extends { close(): void }>(
  open: () => Promise<Talk>,
  isWelcome: (talk: Talk) => boolean,
): Promise<Talk> {
  const talks: Talk[] = [];
  await until('a place is free', async () => {
    const talk = await open();
    talks.unshift(talk);
    if (isWelcome(talk)) return true;
    talk.close();
    return false;
  });
  const [last] = talks;
  if (last === undefined) throw new Error('nobody was welcome');
  return last;
}

/** One client at a time from this address: a place that is not given back is missed by the next. */
describe('a place that a client had', () => {
  const folder = new TemporaryFolder();
  let node: MailNode;
  beforeAll(async () => {
    const data = join(folder.path, 'data');
    node = await MailNode.start({ data, set: ['limits.connectionsPerIp=1'] });
  }, 90_000);
  afterAll(async () => {
    await node.stop();
    folder.remove();
  }, 30_000);

  function smtp(key: string): Promise<SmtpTalk> {
    return admitted(
      () => SmtpTalk.open(node.port(key)),
      ({ greeting }) => greeting.code === 220,
    );
  }

  it.each(['smtp.listen', 'submission.listen'])(
    'at %s is free again when it is gone after STARTTLS',
    async (key) => {
      for (let round = 0; round < 3; round += 1) {
        const talk = await smtp(key);
        await talk.startTls();
        expect((await talk.ehlo()).has('STARTTLS')).toBe(false);
        talk.close();
      }
      (await smtp(key)).close();
    },
    60_000,
  );

  it('at pop3.listen is free again when it is gone after STLS', async () => {
    for (let round = 0; round < 3; round += 1) {
      const talk = await admitted(
        () => node.pop3(),
        ({ greeting }) => greeting.isOk,
      );
      await talk.startTls();
      expect((await talk.listing('CAPA')).lines).not.toContain('STLS');
      talk.close();
    }
    (await smtp('smtp.listen')).close();
  }, 60_000);
});
