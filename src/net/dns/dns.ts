// What the rest of the program asks the DNS, in the words of whoever asks: the records of a name, or one of three reasons
// why there are none. All four are values, since each calls for another decision; nobody is to tell them apart by errors.
import type { Budget } from '../../base/budget.js';

export interface MxRecord {
  readonly preference: number;
  /** Lower case, without a dot at its end; empty for the root, which is what a null MX names (RFC 7505). */
  readonly exchange: string;
}

/** What can be asked for, and what one record of it is. Text is what its strings are when put together. */
export interface RecordTypes {
  readonly A: string;
  readonly AAAA: string;
  readonly MX: MxRecord;
  readonly PTR: string;
  readonly TXT: string;
}

export type RecordType = keyof RecordTypes;

export interface DnsQuestion<Type extends RecordType = RecordType> {
  readonly name: string;
  readonly type: Type;
}

export type DnsAnswer<Type extends RecordType = RecordType> =
  | { readonly kind: 'found'; readonly records: readonly RecordTypes[Type][] }
  /** There is nothing of this name, whatever the type (NXDOMAIN). */
  | { readonly kind: 'no-such-name' }
  /** The name is there, with no record of this type. */
  | { readonly kind: 'no-data' }
  /** Nobody could tell; it may be known later. */
  | { readonly kind: 'temporary'; readonly why: DnsTrouble };

/** Why nobody could tell. A closed list, since it is a label of metrics. */
export type DnsTrouble =
  /** No server answered in time. */
  | 'no-answer'
  /** What answered was no answer: garbage, a refusal, a failure of the server. */
  | 'bad-answer'
  /** One alias leads to the next, too often or in a circle. */
  | 'alias-loop'
  /** The time of whoever asked was over. */
  | 'deadline-passed'
  /** Too many questions are waiting already. */
  | 'too-busy';

export interface Dns {
  lookup<Type extends RecordType>(question: DnsQuestion<Type>, budget: Budget): Promise<DnsAnswer<Type>>;
}
