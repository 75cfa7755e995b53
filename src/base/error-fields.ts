// What the log says of an error. A Failure was foreseen: its code, its message and what caused it tell all there is to
// know. Anything else is a bug, and whoever mends it needs the stack.
import { Failure } from './failure.js';

/** Of causes of causes; nobody reads further, and a chain could be a ring. */
const DEEPEST_CAUSE = 4;

export function errorFields(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const stack = error instanceof Failure ? {} : { stack: error.stack };
  return { ...fieldsOf(error, DEEPEST_CAUSE), ...stack };
}

function fieldsOf(error: Error, depth: number): Record<string, unknown> {
  const { name, message, cause } = error;
  return {
    ...(error instanceof Failure ? {} : { name }),
    ...('code' in error ? { code: error.code } : {}),
    message,
    ...(cause instanceof Error && depth > 0 ? { cause: fieldsOf(cause, depth - 1) } : {}),
  };
}
