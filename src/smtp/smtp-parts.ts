// What the SMTP server is built from: everything else it needs to know or to do.
import type { SecureContext } from 'node:tls';
import type { Clock, Timers } from '../base/clock.js';
import type { Log } from '../base/log.js';
import type { Metrics } from '../base/metrics.js';
import type { Random } from '../base/random.js';
import type { AddressBook } from '../accounts/address-book.js';
import type { LoginCheck, Welcome } from '../accounts/login-check.js';
import type { Intake } from '../intake/intake.js';
import type { Login } from '../mail/login.js';
import type { SmtpProfile, SmtpSettings } from './smtp-settings.js';

export interface SmtpParts {
  readonly profile: SmtpProfile;
  readonly settings: () => SmtpSettings;
  readonly intake: Intake;
  readonly addressBook: AddressBook;
  readonly loginCheck: LoginCheck;
  /** Asked for each message that a user submits. */
  readonly welcome: Welcome;
  readonly allowance: SubmissionAllowance;
  /** Undefined: no STARTTLS. */
  readonly tls: ServerTls | undefined;
  /** For each message, what looks at it as it comes and completes its header. */
  readonly contentFilter: (missing: MissingFields | undefined) => ContentFilter;
  readonly mayUseXclient: (client: string) => boolean;
  readonly relay: WayOut;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Whether mail for elsewhere is taken. */
export interface WayOut {
  /** This node has the role for it. */
  readonly isThere: boolean;
  /** Fails, with the reason, while what is taken could not be kept safe. */
  assertOpen(): void;
  /** This client may use it without logging in. */
  isFreeFor(client: string): boolean;
}

export interface ServerTls {
  /** For the host that the client asked for by SNI, if it did. */
  secureContext(serverName: string | undefined): SecureContext;
}

/** How many messages and recipients a user may still submit this hour. */
export interface SubmissionAllowance {
  /** False: no more for now; nothing was taken. */
  take(login: Login, recipients: number): Promise<boolean>;
}

/** What these fields say where a submitted message has none (RFC 6409 section 8). */
export interface MissingFields {
  readonly date: string;
  readonly messageId: string;
}

/** Sees the octets of one message; a Failure refuses it. */
export interface ContentFilter {
  feed(chunk: Buffer): readonly Uint8Array[];
  /** What it held back. */
  end(): readonly Uint8Array[];
}
