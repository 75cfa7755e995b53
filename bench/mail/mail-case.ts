// A named part of a mail bench: what is left when one row, or a few that come of the same load, are measured alone.
import type { Program } from '../peers/programs.js';
import type { Row } from '../report.js';
import type { Ledger } from './ledger.js';
import type { Servers, StoreKind } from './servers.js';

export interface MailCase {
  readonly name: string;
  readonly store: StoreKind;
  readonly programs: readonly Program[];
  run(setting: MailSetting): Promise<readonly Row[]>;
}

export interface MailSetting {
  readonly servers: Servers;
  readonly ledger: Ledger;
  readonly effort: MailEffort;
  /** Only the peers are measured. */
  readonly isPeersAlone: boolean;
}

export interface MailEffort {
  readonly rounds: number;
  /** How often each process of smtp-source goes round the mailboxes. */
  readonly tours: number;
  readonly postalSeconds: number;
  readonly openLoopSeconds: number;
  readonly sessions: number;
  /** Mailboxes fetched whole in a round. */
  readonly bulks: number;
}

export const FULL: MailEffort = {
  rounds: 5,
  tours: 3,
  postalSeconds: 12,
  openLoopSeconds: 15,
  sessions: 4000,
  bulks: 600,
};

/** Shows that everything works; its figures mean little. */
export const QUICK: MailEffort = {
  rounds: 1,
  tours: 1,
  postalSeconds: 3,
  openLoopSeconds: 3,
  sessions: 1000,
  bulks: 50,
};
