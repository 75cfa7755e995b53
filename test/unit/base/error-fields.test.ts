import { describe, expect, it } from '@jest/globals';
import { errorFields } from '../../../src/base/error-fields.js';
import { Failure } from '../../../src/base/failure.js';

describe('what the log says of an error', () => {
  it('is the code and the message of a failure, and the chain of what caused it', () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const failure = new Failure('ring-unreachable', 'nobody answers', {
      cause: new Failure('store-unavailable', '10.0.0.1 is down', { cause }),
    });
    expect(errorFields(failure)).toEqual({
      code: 'ring-unreachable',
      message: 'nobody answers',
      cause: {
        code: 'store-unavailable',
        message: '10.0.0.1 is down',
        cause: { name: 'Error', code: 'ECONNREFUSED', message: 'connect ECONNREFUSED' },
      },
    });
  });

  it('has the stack of a bug', () => {
    const bug = new TypeError('x is not a function');
    expect(errorFields(bug)).toEqual({ name: 'TypeError', message: bug.message, stack: bug.stack });
  });

  it('ends, even where an error is its own cause', () => {
    const error = new Error('round and round');
    error.cause = error;
    expect(JSON.stringify(errorFields(error)).length).toBeLessThan(10_000);
  });

  it('is the thing itself where something else was thrown', () => {
    expect(errorFields('a text')).toBe('a text');
  });
});
