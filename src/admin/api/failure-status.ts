// Failures as HTTP statuses (RFC 9110 section 15): by their kind, unless a code has a status of its own.
import type { Failure, FailureCode, FailureKind } from '../../base/failure.js';

const BY_KIND: Readonly<Record<FailureKind, number>> = {
  input: 400,
  denied: 403,
  conflict: 409,
  temporary: 503,
  permanent: 500,
  overloaded: 503,
  uncertain: 504,
};

const BY_CODE: Readonly<Partial<Record<FailureCode, number>>> = {
  'token-needed': 401,
  'token-wrong': 401,
  'path-unknown': 404,
  'user-unknown': 404,
  'removal-unknown': 404,
  'mailbox-unknown': 404,
  'alias-unknown': 404,
  'method-unknown': 405,
  'request-too-large': 413,
  'media-type-unknown': 415,
};

export function statusOf({ code, kind }: Failure): number {
  return BY_CODE[code] ?? BY_KIND[kind];
}
