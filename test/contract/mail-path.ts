// What intake and the mailbox door promise, over a real store, whose statements fail one after the other.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Failure } from '../../src/base/failure.js';
import { CHUNK_BYTES, type MailboxAddress } from '../../src/store/types.js';
import { HEADER, MailPath, messageIn } from '../mail-path.js';
import { patterned } from './suite/bytes.js';
import { Ground } from './suite/ground.js';
import type { Harness } from './suite/harness.js';
import type { Fault } from './suite/scripted-tap.js';

const SMALL = Buffer.from('Subject: x\r\n\r\n\0 and \u{1F4EC}\r\n..\r\n');
const LARGE = patterned(2 * CHUNK_BYTES + 1000);
const FAULTS: readonly Omit<Fault, 'at'>[] = [
  { when: 'before', lasting: 'once' },
  { when: 'after', lasting: 'once' },
  { when: 'before', lasting: 'always' },
  { when: 'after', lasting: 'always' },
];

export function assertMailPath(backend: string, openHarness: () => Promise<Harness>): void {
  describe(`mail on ${backend}`, () => {
    let ground: Ground;
    let here: MailPath;
    let there: MailPath;

    beforeAll(async () => {
      ground = await Ground.on(await openHarness());
      here = new MailPath(ground.store, ground.name('here'));
      there = new MailPath(ground.other, ground.name('there'));
    }, 120_000);

    afterAll(() => ground.close(), 60_000);

    async function found(address: MailboxAddress): Promise<readonly Buffer[]> {
      const mailbox = await there.open(address);
      const messages: Buffer[] = [];
      for (let number = 1; number <= mailbox.count; number += 1) {
        messages.push(await messageIn(mailbox, number));
        expect(mailbox.sizeBytes(number)).toBe(messages.at(-1)?.length);
      }
      await mailbox.close();
      return messages;
    }

    it.each([
      ['nothing', Buffer.alloc(0)],
      ['a small message', SMALL],
      ['a message as large as a small one may be', patterned(16 * 1024 - HEADER.length)],
      ['one octet more', patterned(16 * 1024 - HEADER.length + 1)],
      ['a message of several chunks', LARGE],
    ])('brings %s octet by octet to all its mailboxes, on another node', async (_what, content) => {
      const to = [ground.address(), ground.address()];
      const { id, sizeBytes } = await here.accept(content, to);
      const whole = Buffer.concat([Buffer.from(HEADER), content]);
      expect(sizeBytes).toBe(whole.length);
      for (const address of to) {
        const [message, ...others] = await found(address);
        expect(others).toEqual([]);
        expect(message?.equals(whole)).toBe(true);
        const mailbox = await there.open(address);
        expect(mailbox.uidl(1)).toBe(id);
        await mailbox.close();
      }
    });

    it('removes what is marked, with what only that mailbox held, and leaves what came meanwhile', async () => {
      const [one, two] = [ground.address(), ground.address()];
      await here.accept(LARGE, [one, two]);
      await here.accept(SMALL, [one]);
      const mailbox = await there.open(one);
      await here.accept(SMALL, [one]);
      expect(await mailbox.remove([1, 2], ground.budget())).toEqual({ kind: 'removed' });
      await mailbox.close();
      expect(await found(one)).toHaveLength(1);
      const [shared] = await found(two);
      expect(shared?.length).toBe(HEADER.length + LARGE.length);
    });

    it('keeps a mailbox for one session over two nodes', async () => {
      const address = ground.address();
      const mailbox = await here.open(address);
      expect(await there.door.open(address, ground.budget())).toBe('in-use');
      await mailbox.close();
      const next = await there.open(address);
      expect(await here.door.open(address, ground.budget())).toBe('in-use');
      await next.close();
    }, 20_000);

    it.each([
      ['small', SMALL],
      ['large', LARGE],
    ])(
      'leaves a %s message everywhere or nowhere whichever statement fails, and however',
      async (_size, content) => {
        const outcomes = { accepted: 0, refused: 0 };
        for (const fault of FAULTS) {
          for (let at = 1, hasFired = true; hasFired; at += 1) {
            const to = [ground.address(), ground.address(), ground.address()];
            ground.tap.arm({ ...fault, at });
            const isAccepted = await here.accept(content, to, 500).then(
              () => true,
              (error: unknown) => !(error instanceof Failure),
            );
            hasFired = ground.tap.disarm();
            expect(await here.intake.settle(10_000)).toBe(0);
            outcomes[isAccepted ? 'accepted' : 'refused'] += 1;
            const messages = await Promise.all(to.map(found));
            const sizes = messages.map((inMailbox) => inMailbox.map(({ length }) => length));
            const everywhere = to.map(() => [HEADER.length + content.length]);
            expect({ fault, at, sizes }).toEqual({
              fault,
              at,
              sizes: isAccepted ? everywhere : [[], [], []],
            });
          }
        }
        expect(outcomes.accepted).toBeGreaterThan(0);
        expect(outcomes.refused).toBeGreaterThan(0);
      },
      120_000,
    );
  });
}
