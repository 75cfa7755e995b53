// What the pieces of one session share.
import { Budget } from '../../base/budget.js';
import type { LogEvent } from '../../base/log-events.js';
import type { LogFields } from '../../base/log.js';
import type { SmtpParts } from '../smtp-parts.js';
import type { Conversation } from './conversation.js';

export interface SessionParts {
  readonly parts: SmtpParts;
  readonly conversation: Conversation;
}

export function budgetOf({ parts }: SessionParts, ms: number): Budget {
  return Budget.of(parts.clock, ms);
}

export function writeLog(session: SessionParts, event: LogEvent, fields: LogFields): void {
  const { clientAddress, helo, user } = session.conversation;
  session.parts.log.write(event, {
    client: clientAddress,
    ...(helo === undefined ? {} : { helo }),
    ...(user === undefined ? {} : { user }),
    ...fields,
  });
}
