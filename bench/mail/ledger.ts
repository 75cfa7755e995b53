// Every acknowledged message must be readable; a bench that lost one is not a measurement. Some generators tell late what
// was acknowledged, so accounts are noted as the rounds go by and balanced at the end.

interface Account {
  readonly server: string;
  readonly acknowledged: Promise<number>;
  readonly readable: number;
}

export class Ledger {
  readonly #accounts: Account[] = [];

  note(account: Account): void {
    account.acknowledged.catch(() => undefined); // said by `balance`
    this.#accounts.push(account);
  }

  /** Throws when messages are missing, or when what was acknowledged cannot be learned. */
  async balance(): Promise<void> {
    for (const { server, acknowledged, readable } of this.#accounts) {
      const missing = (await acknowledged) - readable;
      if (missing > 0) throw new Error(`${server}: ${missing} acknowledged messages cannot be read`);
    }
  }
}
