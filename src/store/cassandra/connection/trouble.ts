// What can go wrong between a request and its answer, and what that means for each kind of request. The rule behind the
// table: a read changes nothing; a write or a condition whose request may have reached a node and was not answered *may
// have happened*, and only an answer which says that nothing was tried allows to call it *temporary*.
import { Failure, type FailureCode } from '../../../base/failure.js';

export type RequestKind = 'read' | 'write' | 'condition';

/** In the order: nothing was sent; the coordinator refused; it tried and could not finish; no answer came. */
export type Trouble =
  | 'nobody-reachable'
  | 'connections-full'
  | 'unavailable'
  | 'unavailable-serial'
  | 'overloaded'
  | 'bootstrapping'
  | 'unauthorized'
  | 'unknown-schema'
  | 'refused'
  | 'read-timeout'
  | 'read-failure'
  | 'write-timeout'
  | 'write-failure'
  | 'server-error'
  | 'no-answer'
  | 'connection-lost';

type Meaning = Readonly<Record<RequestKind, FailureCode>>;

const nothingHappened = (code: FailureCode): Meaning => ({ read: code, write: code, condition: code });

const uncertain: Meaning = {
  read: 'store-read-failed',
  write: 'store-write-uncertain',
  condition: 'store-cas-uncertain',
};

const meanings: Readonly<Record<Trouble, Meaning>> = {
  'nobody-reachable': nothingHappened('store-unavailable'),
  'connections-full': nothingHappened('store-overloaded'),
  // A lightweight transaction may find its replicas gone at its commit, when it is decided already.
  unavailable: { ...nothingHappened('store-unavailable'), condition: 'store-cas-uncertain' },
  'unavailable-serial': nothingHappened('store-unavailable'),
  overloaded: nothingHappened('store-overloaded'),
  bootstrapping: nothingHappened('store-unavailable'),
  unauthorized: nothingHappened('ring-permission-missing'),
  // Invalid by what this node knows. Which is either late (it was down when a table was made, or the table was made a
  // moment ago), or a statement nobody tried; Cassandra has one code for all that.
  'unknown-schema': nothingHappened('schema-unknown'),
  refused: nothingHappened('ring-refused'),
  'read-timeout': uncertain,
  'read-failure': uncertain,
  'write-timeout': uncertain,
  'write-failure': uncertain,
  'server-error': uncertain,
  'no-answer': uncertain,
  'connection-lost': uncertain,
};

/** Of a statement of administration: a question left unanswered has changed nothing. */
export function requestKindOf(cql: string): 'read' | 'write' {
  return /^\s*SELECT\b/i.test(cql) ? 'read' : 'write';
}

export function failureOfTrouble(trouble: Trouble, kind: RequestKind, name: string, cause: Error): Failure {
  return new Failure(meanings[trouble][kind], `${name}: ${cause.message}`, { cause });
}
