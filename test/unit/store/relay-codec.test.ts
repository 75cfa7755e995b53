import { describe, expect, it } from '@jest/globals';
import type { TimeUuid } from '../../../src/base/time-uuid.js';
import { decodeEnvelope, decodeState, encodeEnvelope, encodeState } from '../../../src/store/relay-codec.js';
import type { RelayEnvelope, RelayState } from '../../../src/store/types.js';
import { failureFrom } from '../../failure-from.js';

const envelope: RelayEnvelope = {
  message: '13814000-1dd2-11b2-8000-000000000000' as TimeUuid,
  destination: 'example.org',
  sender: '"a \u{1f4e7} b"@example.com',
  acceptedAtMs: 1_700_000_000_000,
  parameters: { RET: 'HDRS', ENVID: 'x' },
};

const state: RelayState = {
  recipients: [
    { address: 'a@example.org', parameters: { NOTIFY: 'NEVER' } },
    { address: 'b@example.org', parameters: {} },
  ],
  attempts: 3,
  nextAttemptAtMs: 1_700_000_300_000,
  lastReply: '451 4.7.1 later\r\nplease',
};

describe('the relay codec', () => {
  it('brings back an envelope as it was', () => {
    expect(decodeEnvelope(encodeEnvelope(envelope), 'it')).toEqual(envelope);
  });

  it('brings back a state as it was, with and without a last reply', () => {
    expect(decodeState(encodeState(state), 'it')).toEqual(state);
    const fresh = { recipients: [], attempts: 0, nextAttemptAtMs: 0 };
    expect(decodeState(encodeState(fresh), 'it')).toEqual(fresh);
  });

  it('reads an envelope of a later version, which has more in it', () => {
    const later = JSON.stringify({ ...envelope, priority: 7 });
    expect(decodeEnvelope(later, 'it')).toMatchObject(envelope);
  });

  it.each([
    ['', 'nothing'],
    ['{"message":', 'half a record'],
    ['null', 'null'],
    ['[]', 'a list'],
    [JSON.stringify({ ...envelope, sender: 5 }), 'a sender that is a number'],
    [JSON.stringify({ ...envelope, parameters: { RET: 1 } }), 'a parameter that is a number'],
    [JSON.stringify({ ...envelope, destination: undefined }), 'no destination'],
  ])('calls an envelope damaged and names it: %s (%s)', (text) => {
    const failure = failureFrom(() => decodeEnvelope(text, 'item 7 of queue 9'));
    expect(failure.code).toBe('record-damaged');
    expect(failure.message).toContain('item 7 of queue 9');
  });

  it.each([
    ['{}', 'nothing in it'],
    [JSON.stringify({ ...state, recipients: [{ address: 'a@b' }] }), 'a recipient without parameters'],
    [JSON.stringify({ ...state, recipients: ['a@b'] }), 'a recipient that is text'],
    [JSON.stringify({ ...state, attempts: '3' }), 'attempts as text'],
    [JSON.stringify({ ...state, lastReply: null }), 'a last reply that is null'],
  ])('calls a state damaged and names it: %s (%s)', (text) => {
    const failure = failureFrom(() => decodeState(text, 'item 7 of queue 9'));
    expect(failure.code).toBe('record-damaged');
    expect(failure.message).toContain('item 7 of queue 9');
  });
});
