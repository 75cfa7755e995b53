import { describe, expect, it } from '@jest/globals';
import { constants, tmpdir } from 'node:os';
import { Failure } from '../../../../src/base/failure.js';
import { failureOfCommit, failureOfEngine } from '../../../../src/store/embedded/engine-failure.js';

/** As the engine throws it. */
function engineError(code: number): Error {
  return Object.assign(new Error('Input/output error'), { code });
}

function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof Failure ? thrown.code : undefined;
}

describe('an error of the engine', () => {
  it('that is a broken disk leaves a commit uncertain, and a look without its answer', () => {
    const error = engineError(constants.errno.EIO);
    expect(codeOf(failureOfCommit(error, 'x', tmpdir()))).toBe('store-write-uncertain');
    expect(codeOf(failureOfEngine(error, 'x', tmpdir()))).toBe('store-unavailable');
  });

  it('that is a lack of room says so, whether the engine met it or Node did', () => {
    const named = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    for (const error of [engineError(constants.errno.ENOSPC), named]) {
      expect(codeOf(failureOfCommit(error, 'x', tmpdir()))).toBe('store-full');
    }
  });

  it('that nobody expects is a bug and stays as it is', () => {
    const errors = [engineError(constants.errno.EINVAL), new TypeError('x'), new Failure('lease-lost', 'x')];
    for (const error of errors) expect(failureOfCommit(error, 'x', tmpdir())).toBe(error);
  });
});
