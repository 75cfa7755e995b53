// A recipient whose end is known while its report could not be stored: the end is kept with the recipient in the queue,
// so that the report is tried again and the delivery is not. Names in lower case: SMTP's own are in capitals.
import type { RelayRecipient } from '../../store/types.js';
import type { RecipientOutcome } from '../attempt.js';

export function withKnownEnd(recipient: RelayRecipient, outcome: RecipientOutcome): RelayRecipient {
  if (outcome.kind === 'deferred') return recipient;
  const { kind, status, says, host } = outcome;
  const end = {
    end: kind,
    endStatus: status,
    endSays: says,
    ...(host === undefined ? {} : { endHost: host }),
  };
  return { ...recipient, parameters: { ...recipient.parameters, ...end } };
}

export function knownEnd({ parameters }: RelayRecipient): RecipientOutcome | undefined {
  const { end, endStatus: status, endSays: says, endHost: host } = parameters;
  if ((end !== 'failed' && end !== 'delivered') || status === undefined || says === undefined)
    return undefined;
  const diagnosis = { status, says, ...(host === undefined ? {} : { host }) };
  if (end === 'failed') return { kind: 'failed', ...diagnosis };
  return { kind: 'delivered', ...diagnosis, isReportHandedOn: false };
}
