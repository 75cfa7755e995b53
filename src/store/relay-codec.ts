// Envelope and state of a queued message as text: JSON, since an operator can read it and nothing else parses as fast
// here. Decoding looks at the fields that the types promise and no further, so a record with more in it, written by a
// later version, is still one. This is on the path of recovery, where half a million records wait.
import { Failure } from '../base/failure.js';
import type { RelayEnvelope, RelayRecipient, RelayState } from './types.js';

export function encodeEnvelope(envelope: RelayEnvelope): string {
  return JSON.stringify(envelope);
}

export function encodeState(state: RelayState): string {
  return JSON.stringify(state);
}

/** `record` says which one it is, should it be damaged. */
export function decodeEnvelope(text: string, record: string): RelayEnvelope {
  const envelope = parse(text, 'envelope', record);
  if (isEnvelope(envelope)) return envelope;
  throw damaged('envelope', record);
}

export function decodeState(text: string, record: string): RelayState {
  const state = parse(text, 'state', record);
  if (isState(state)) return state;
  throw damaged('state', record);
}

function parse(text: string, part: string, record: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw damaged(part, record, error);
  }
}

function damaged(part: string, record: string, cause?: unknown): Failure {
  return new Failure('record-damaged', `the ${part} of ${record} is not one of ours`, { cause });
}

type Fields<T> = { readonly [Name in keyof T]?: unknown };

function isEnvelope(value: unknown): value is RelayEnvelope {
  if (!isObject<RelayEnvelope>(value)) return false;
  return (
    typeof value.message === 'string' &&
    typeof value.destination === 'string' &&
    typeof value.sender === 'string' &&
    typeof value.acceptedAtMs === 'number' &&
    isParameters(value.parameters)
  );
}

function isState(value: unknown): value is RelayState {
  if (!isObject<RelayState>(value)) return false;
  return (
    Array.isArray(value.recipients) &&
    value.recipients.every(isRecipient) &&
    typeof value.attempts === 'number' &&
    typeof value.nextAttemptAtMs === 'number' &&
    (value.lastReply === undefined || typeof value.lastReply === 'string')
  );
}

function isRecipient(value: unknown): value is RelayRecipient {
  return (
    isObject<RelayRecipient>(value) && typeof value.address === 'string' && isParameters(value.parameters)
  );
}

function isParameters(value: unknown): value is Readonly<Record<string, string>> {
  if (!isObject<Record<string, string>>(value)) return false;
  for (const name in value) if (typeof value[name] !== 'string') return false;
  return true;
}

function isObject<T>(value: unknown): value is Fields<T> {
  return typeof value === 'object' && value !== null;
}
