import { describe, expect, it } from '@jest/globals';
import type { TimeUuid } from '../../../src/base/time-uuid.js';
import { LikeParts } from '../../../src/queue/like-parts.js';

const envelope = {
  message: 'd0c3c000-e6a4-11f0-9dd6-030ffab28567' as TimeUuid,
  destination: 'a.example',
  sender: 'me@example.com',
  acceptedAtMs: 1,
  parameters: { ret: 'HDRS' },
};
const state = {
  recipients: [
    { address: 'one@a.example', parameters: {} },
    { address: 'two@a.example', parameters: { notify: 'NEVER' } },
  ],
  attempts: 2,
  nextAttemptAtMs: 3,
  lastReply: '451 later',
};

describe('what items share in memory', () => {
  it('changes nothing of what they say, what a later version put there included', () => {
    const alike = new LikeParts();
    const newer = { ...envelope, priority: 'high' };
    expect(alike.envelope(newer)).toEqual(newer);
    const newerState = {
      ...state,
      path: 'x',
      recipients: [{ address: 'one@a.example', parameters: {}, group: 7 }],
    };
    expect(alike.state(newerState)).toEqual(newerState);
    expect(alike.state(state)).toEqual(state);
  });

  it('is one object for all that have no parameters', () => {
    const alike = new LikeParts();
    const [one, other] = [alike.envelope({ ...envelope, parameters: {} }), alike.state(state)];
    expect(one.parameters).toBe(other.recipients[0]?.parameters);
  });
});
