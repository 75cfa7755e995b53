// Everything SMTP answers when something cannot be done, in one place: the compiler knows when a kind of failure has no
// reply. What clients are told never depends on the text of an error.
import { failureCodes, Failure, type FailureCode, type FailureKind } from '../base/failure.js';
import type { Reply } from './reply/reply.js';

/**
 * By kind: whatever the store or the machine is to blame for is temporary to the client, whose message is fine (RFC
 * 5321 section 4.2.1).
 */
const REPLIES_BY_KIND: Readonly<Record<FailureKind, Reply>> = {
  input: { code: 554, status: '5.6.0', text: 'The message cannot be taken as it is' },
  denied: { code: 451, status: '4.3.0', text: 'Local error; try again later' },
  conflict: { code: 451, status: '4.3.0', text: 'Local error; try again later' },
  temporary: { code: 451, status: '4.3.0', text: 'Temporarily unavailable; try again later' },
  permanent: { code: 451, status: '4.3.0', text: 'Local error; try again later' },
  overloaded: { code: 451, status: '4.3.2', text: 'Too busy at the moment; try again later' },
  uncertain: { code: 451, status: '4.3.0', text: 'It is not certain that the message was stored; try again' },
};

const OUR_FAULT = REPLIES_BY_KIND.permanent;

/** Codes whose kind says too little. */
const REPLIES_BY_CODE: Readonly<Partial<Record<FailureCode, Reply>>> = {
  // input of ours to the store, not of the client to us
  'config-invalid': OUR_FAULT,
  'id-too-old': OUR_FAULT,
  'id-from-future': OUR_FAULT,
  'group-too-large': OUR_FAULT,
  'name-invalid': { code: 550, status: '5.1.3', text: 'That address cannot be used here' },
  'user-unknown': { code: 550, status: '5.1.1', text: 'Nobody it was for is here any more' },
  'body-interrupted': { code: 451, status: '4.4.2', text: 'The message did not arrive whole' },
  'message-too-large': { code: 552, status: '5.3.4', text: 'Message too large' },
  'header-too-large': { code: 552, status: '5.3.4', text: "The message's header is too large" },
  'bare-newline': { code: 554, status: '5.6.0', text: 'The message has a CR or LF that stands alone' },
  'mail-loop': { code: 554, status: '5.4.6', text: 'The message goes in circles' },
  'address-invalid': { code: 550, status: '5.1.3', text: 'That address cannot be used here' },
  'relay-closed': { code: 451, status: '4.3.2', text: 'Relaying is paused; try again later' },
  'store-full': { code: 452, status: '4.3.1', text: 'No room left; try again later' },
};

export function replyToFailure(error: unknown): Reply {
  if (!(error instanceof Failure)) return OUR_FAULT; // a bug; whoever caught it has logged it
  return REPLIES_BY_CODE[error.code] ?? REPLIES_BY_KIND[failureCodes[error.code].kind];
}
