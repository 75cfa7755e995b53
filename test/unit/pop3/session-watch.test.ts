import { beforeEach, describe, expect, it } from '@jest/globals';
import { SessionWatch } from '../../../src/pop3/session-watch.js';
import { VirtualTime } from '../../virtual-time.js';

const MINUTE = 60_000;

describe('autologout (RFC 1939 section 3)', () => {
  let time: VirtualTime;
  let expired: string[];
  let watch: SessionWatch;

  beforeEach(() => {
    time = new VirtualTime();
    expired = [];
    watch = new SessionWatch({
      clock: time,
      timers: time,
      idleMs: 10 * MINUTE,
      sessionMs: 60 * MINUTE,
      onExpired: (why) => expired.push(why),
    });
  });

  it('comes after ten minutes of silence, and not before', async () => {
    watch.waiting();
    await time.advance(10 * MINUTE - 1);
    expect(expired).toEqual([]);
    await time.advance(1);
    expect(expired).toEqual(['idle']);
  });

  it('begins anew with every command', async () => {
    for (let command = 0; command < 5; command += 1) {
      watch.waiting();
      await time.advance(9 * MINUTE);
      watch.working();
    }
    expect(expired).toEqual([]);
  });

  it('is not put off by octets that make no command', async () => {
    watch.waiting();
    await time.advance(6 * MINUTE);
    watch.waiting();
    await time.advance(4 * MINUTE);
    expect(expired).toEqual(['idle']);
  });

  it('never comes while a command is being done, however long it takes', async () => {
    watch.waiting();
    watch.working();
    await time.advance(120 * MINUTE);
    expect(expired).toEqual([]);
    watch.waiting();
    expect(expired).toEqual(['expired']);
  });

  it('comes at the end of the longest session, however busy the client is', async () => {
    for (let minute = 0; minute < 60; minute += 1) {
      watch.waiting();
      await time.advance(MINUTE);
      watch.working();
    }
    expect(expired).toEqual(['expired']);
  });

  it('comes soon when the node stops', async () => {
    watch.waiting();
    watch.hurry(1000);
    await time.advance(999);
    expect(expired).toEqual([]);
    await time.advance(1);
    expect(expired).toEqual(['idle']);
  });

  it('leaves no timer behind', () => {
    watch.stop();
    expect(time.pending).toBe(0);
  });
});
