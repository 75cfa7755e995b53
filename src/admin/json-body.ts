// A request's JSON. Where it goes wrong is said by line and column.
import { Failure } from '../base/failure.js';
import { jsonFault } from './json-fault.js';

/** Nothing is undefined. Fails with *request-invalid*. */
export function parseJsonBody(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    const place = jsonFault(text);
    const where = place === undefined ? '' : ` at line ${place.line}, column ${place.column}`;
    throw new Failure('request-invalid', `the body is no JSON${where}`, { cause: error });
  }
}
