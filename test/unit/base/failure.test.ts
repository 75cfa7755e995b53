import { describe, expect, it } from '@jest/globals';
import { Failure, failureCodes, failureKinds, failureOf } from '../../../src/base/failure.js';

describe('the list of failures', () => {
  it.each(Object.entries(failureCodes))(
    'names %s in kebab-case, with a known kind and one sentence',
    (code, entry) => {
      expect(code).toMatch(/^[a-z]+(-[a-z]+)+$/);
      expect(failureKinds).toHaveProperty(entry.kind);
      expect(entry.means).toMatch(/^[A-Z].*\.$/);
    },
  );

  it.each(Object.entries(failureKinds))('says what %s asks of the caller', (_kind, meaning) => {
    expect(meaning).toMatch(/^[A-Z].*\.$/);
  });
});

describe('a failure', () => {
  it('has the kind of its code, its own detail, and what caused it', () => {
    const cause = new Error('no route');
    const failure = new Failure('ring-unreachable', '10.0.0.1:9042 does not answer', { cause });
    expect(failure).toMatchObject({ name: 'Failure', code: 'ring-unreachable', kind: 'temporary', cause });
    expect(failure.message).toBe('10.0.0.1:9042 does not answer');
  });

  it('is told apart from a bug, which is thrown on', () => {
    const failure = new Failure('too-busy', 'try later');
    const bug = new TypeError('x is not a function');
    expect(failureOf(failure)).toBe(failure);
    expect(() => failureOf(bug)).toThrow(bug);
  });
});
