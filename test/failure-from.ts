// The Failure that a call ends in; a test that expected one and got none, or a bug, fails here.
import { failureOf, type Failure } from '../src/base/failure.js';

export function failureFrom(call: () => unknown): Failure {
  try {
    call();
  } catch (error) {
    return failureOf(error);
  }
  throw new Error('expected a Failure; the call succeeded');
}

export async function failureOfPromise(promise: Promise<unknown>): Promise<Failure> {
  try {
    await promise;
  } catch (error) {
    return failureOf(error);
  }
  throw new Error('expected a Failure; the promise resolved');
}
