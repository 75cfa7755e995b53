// Runs the cases of one of the mail benches, those on the embedded store first: a ring that idles takes its share of a small
// machine too.
import { requirePrograms } from '../peers/programs.js';
import type { Row } from '../report.js';
import { acceptCases } from './accept-cases.js';
import { Ledger } from './ledger.js';
import { FULL, QUICK, type MailCase } from './mail-case.js';
import { mailboxCases } from './mailbox-cases.js';
import { pop3Cases } from './pop3-cases.js';
import { Servers, type CommitLog, type StoreKind } from './servers.js';

export const mailBenches = { accept: acceptCases, mailbox: mailboxCases, pop3: pop3Cases } as const;

export type MailBench = keyof typeof mailBenches;

export const mailBenchNames: readonly MailBench[] = ['accept', 'mailbox', 'pop3'];

export interface MailBenchOptions {
  readonly isQuick: boolean;
  readonly only: StoreKind | 'peers' | undefined;
  /** All of them when left out. */
  readonly cases: readonly string[] | undefined;
  readonly commitLog: CommitLog;
}

export async function benchMail(bench: MailBench, options: MailBenchOptions): Promise<readonly Row[]> {
  const chosen = mailBenches[bench].filter((candidate) => isChosen(candidate, options));
  requirePrograms([...new Set(chosen.flatMap(({ programs }) => programs))]);
  const servers = new Servers(options.commitLog, bench === 'pop3' ? 'product' : 'cheap');
  const ledger = new Ledger();
  const effort = options.isQuick ? QUICK : FULL;
  try {
    const rows: Row[] = [];
    for (const candidate of chosen) {
      process.stderr.write(`${bench}: ${candidate.name}\n`);
      rows.push(
        ...(await candidate.run({ servers, ledger, effort, isPeersAlone: options.only === 'peers' })),
      );
    }
    await ledger.balance();
    return rows;
  } finally {
    await servers.stop();
  }
}

/** The peers are the same whatever the store: alone, they are measured once. */
function isChosen({ name, store }: MailCase, { only, cases }: MailBenchOptions): boolean {
  const isOfStore = only === undefined || store === (only === 'peers' ? 'embedded' : only);
  return isOfStore && (cases === undefined || cases.includes(name));
}
