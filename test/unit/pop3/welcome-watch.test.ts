import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../../src/base/failure.js';
import { parseLogin } from '../../../src/mail/login.js';
import { WelcomeWatch } from '../../../src/pop3/welcome-watch.js';
import { VirtualTime } from '../../virtual-time.js';

const anne = {
  login: parseLogin('anne@example.com'),
  settings: { passwordHash: 'as at the login', isDisabled: false },
  mailboxes: [],
  leavingMailboxes: new Map(),
  createdAtMs: 0,
  version: '1',
};

function watch(answers: (boolean | Failure)[]) {
  const time = new VirtualTime();
  const ends: number[] = [];
  let asked = 0;
  const watching = new WelcomeWatch({
    welcome: {
      isWelcome: async (login, _budget, atLogin) => {
        expect([login, atLogin]).toEqual([anne.login, anne]); // else a new password would not count
        const answer = answers[asked] ?? true;
        asked += 1;
        if (answer instanceof Failure) throw answer;
        return answer;
      },
    },
    clock: time,
    timers: time,
    onUnwelcome: () => ends.push(time.monotonicMs()),
  });
  watching.start(anne);
  return { time, ends, watching, asked: () => asked };
}

describe('the session of a user who was disabled or removed, or has a new password,', () => {
  it('ends within half a minute', async () => {
    const { time, ends } = watch([true, false]);
    const startMs = time.monotonicMs();
    await time.advance(30_000);
    expect(ends).toEqual([]);
    await time.advance(30_000);
    expect(ends).toEqual([startMs + 60_000]);
    await time.advance(300_000);
    expect(ends).toHaveLength(1);
  });

  it('goes on while the store cannot tell', async () => {
    const { time, ends, asked } = watch([new Failure('store-unavailable', 'two of three are down'), true]);
    await time.advance(30_000);
    await time.advance(30_000);
    expect([asked(), ends]).toEqual([2, []]);
  });

  it('that has ended asks nothing any more', async () => {
    const { time, watching, asked } = watch([]);
    watching.stop();
    await time.advance(300_000);
    expect([asked(), time.pending]).toEqual([0, 0]);
  });
});
