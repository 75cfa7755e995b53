// Whether what was thrown is an Error, of any realm and any make: the errors of Node's own sockets are no `instanceof`
// of the Error that code in a vm context sees (a test runner puts ours into one), and those that a library makes with a
// constructor of the old kind are no native ones.
import { types } from 'node:util';

export function isError(thrown: unknown): thrown is Error {
  return thrown instanceof Error || types.isNativeError(thrown);
}
