// The administrator's operations over an embedded store in a folder of its own, in time that a test moves on.
import { Budget } from '../../../../src/base/budget.js';
import { systemClock } from '../../../../src/base/clock.js';
import { Failure } from '../../../../src/base/failure.js';
import type { Log, LogFields } from '../../../../src/base/log.js';
import type { LogEvent } from '../../../../src/base/log-events.js';
import { systemRandom } from '../../../../src/base/random.js';
import {
  administrationOf,
  type Administration,
} from '../../../../src/accounts/administration/administration.js';
import type { AdministrationParts } from '../../../../src/accounts/administration/parts.js';
import { parseLogin, type Login } from '../../../../src/mail/login.js';
import { INBOX, type MailboxName } from '../../../../src/mail/mailbox-name.js';
import type { EmbeddedStore } from '../../../../src/store/embedded/embedded-store.js';
import { entriesIn, messageTo, openTestStore } from '../../../fault/embedded-test-store.js';
import { TemporaryFolder } from '../../../temporary-folder.js';
import { settled, VirtualTime } from '../../../virtual-time.js';

const PATIENCE_MS = 20_000;
const STEP_MS = 60_000;

export const anne = parseLogin('anne@example.com');
export const bob = parseLogin('bob@example.com');

async function hashPassword(password: string): Promise<string> {
  if (password === '') throw new Failure('password-invalid', 'it is empty');
  return `hash of ${password}`;
}

export class Ground {
  /** Ahead of the messages' own times, which are real, by more than clocks may differ. */
  readonly time = new VirtualTime(Date.now() + 120_000);
  readonly lines: (readonly [LogEvent, LogFields | undefined])[] = [];
  readonly store: EmbeddedStore;
  /** What the configuration says; a test may change it. */
  domains: readonly string[] = ['example.com'];
  readonly #folder: TemporaryFolder;

  private constructor(store: EmbeddedStore, folder: TemporaryFolder) {
    this.store = store;
    this.#folder = folder;
  }

  static async make(): Promise<Ground> {
    const folder = new TemporaryFolder();
    return new Ground(await openTestStore({ folder: folder.path }), folder);
  }

  /** With some of the parts replaced. */
  administration(parts: Partial<AdministrationParts> = {}): Administration {
    const log: Log = { write: (event, fields) => this.lines.push([event, fields]), with: () => log };
    const { accounts, directory, mailboxes, claims } = this.store;
    return administrationOf({
      accounts,
      directory,
      mailboxes,
      claims,
      clock: this.time,
      timers: this.time,
      random: systemRandom,
      homeDomain: { find: async () => undefined },
      log,
      hashPassword,
      settings: () => ({ domains: this.domains, isLocalPartFolded: true }),
      ...parts,
    });
  }

  /** Time enough, and none of it passes. */
  get budget(): Budget {
    return Budget.of(this.time, 30_000);
  }

  async deliver(login: Login, mailbox: MailboxName = INBOX, sizeBytes = 100): Promise<void> {
    await this.store.mailboxes.deliver(messageTo({ login, mailbox }, sizeBytes), this.budget);
  }

  async countIn(login: Login, mailbox: MailboxName = INBOX): Promise<number> {
    return (await entriesIn(this.store, { login, mailbox })).length;
  }

  /** Until this is so; time moves on only when there is nothing but time to wait for. */
  async until(isSo: () => boolean): Promise<void> {
    const patience = Budget.of(systemClock, PATIENCE_MS);
    while (!isSo()) {
      if (patience.isSpent()) throw new Error('it has not come to be so');
      if (this.time.pending > 0) await this.time.advance(STEP_MS);
      else await settled();
    }
  }

  async dispose(): Promise<void> {
    await this.store.close();
    this.#folder.remove();
  }
}

/** The part with some of its methods in place of its own. */
export function replaced<Part extends object>(part: Part, by: Partial<Part>): Part {
  return new Proxy(part, {
    get(target, name) {
      const value: unknown = Reflect.get(name in by ? by : target, name);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
