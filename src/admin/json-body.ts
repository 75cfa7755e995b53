// A request's JSON. Where it goes wrong is said as Node says it: the place, or the text around it.
import { Failure } from '../base/failure.js';
import { isError } from '../base/is-error.js';

/** Nothing is undefined. Fails with *request-invalid*. */
export function parseJsonBody(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = isError(error) ? error.message : String(error);
    throw new Failure('request-invalid', `the body is no JSON: ${reason}`, { cause: error });
  }
}
