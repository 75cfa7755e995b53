import { describe, expect, it } from '@jest/globals';
import { Failure, failureCodes, type FailureCode } from '../../../src/base/failure.js';
import { replyToFailure } from '../../../src/smtp/replies.js';

describe('the reply to a failure', () => {
  const codes = Object.keys(failureCodes) as FailureCode[];

  it.each(codes)('%s is 4yz or 5yz with a status of the same class (RFC 3463 section 2)', (code) => {
    const { code: number, status = '' } = replyToFailure(new Failure(code, 'x'));
    expect(String(number)).toMatch(/^[45]\d\d$/);
    expect(status).toMatch(new RegExp(`^${String(number)[0]}\\.\\d\\.\\d+$`));
  });

  it('is temporary for whatever is not the message’s fault', () => {
    const permanent = codes.filter((code) => replyToFailure(new Failure(code, 'x')).code >= 500);
    expect(permanent.every((code) => failureCodes[code].kind === 'input')).toBe(true);
  });

  it('tells nothing of a bug', () => {
    expect(replyToFailure(new TypeError('secret'))).toMatchObject({ code: 451, status: '4.3.0' });
  });
});
