// Addresses that stand for others. An address is a user's or an alias, never both: of the two the user would be found
// (address-steps.ts), and the alias would be there and do nothing. So none lists itself among its targets either: whoever
// shall get copies of a user's mail is not for aliases to say.
//
// Users and aliases are records of their own, and no store changes both at once. Adding either looks for the other before
// and after: of two administrators who add both at the same moment one is refused, or both are. Only where what was added
// cannot be taken back either, since the store has just gone away, both may be left, and the user is the one who counts.
import type { Budget } from '../../base/budget.js';
import { Failure } from '../../base/failure.js';
import { addressOfLogin } from '../../mail/address.js';
import { domainOf, type Login } from '../../mail/login.js';
import type { Alias } from '../../store/types.js';
import { decided } from './decided.js';
import type { DirectoryParts } from './directory-parts.js';

export type AliasView = Omit<Alias, 'version'>;

export interface NewAlias {
  readonly address: Login;
  /** As typed. */
  readonly targets: readonly string[];
  /** These targets in place of those that it has. */
  readonly replace: boolean;
}

/** More is a mailing list, which wants a program of its own. */
export const MOST_TARGETS = 100;

export class AliasAdministration {
  readonly #parts: DirectoryParts;

  constructor(parts: DirectoryParts) {
    this.#parts = parts;
  }

  /** By address. */
  async list(budget: Budget): Promise<readonly AliasView[]> {
    const found: AliasView[] = [];
    for await (const page of this.#parts.directory.listAliases(budget)) found.push(...page.map(viewOf));
    return found.toSorted((a, b) => (a.address < b.address ? -1 : 1));
  }

  /** Those that name this address as a target, by their own address. */
  async leadingTo(address: Login, budget: Budget): Promise<readonly Login[]> {
    const all = await this.list(budget);
    const target = addressOfLogin(address);
    return all.filter(({ targets }) => targets.includes(target)).map((alias) => alias.address);
  }

  async show(address: Login, budget: Budget): Promise<AliasView> {
    return viewOf(await this.#known(address, budget));
  }

  /** *alias-exists* for one that is there already, unless it is to be replaced; *user-exists* for a user's address. */
  async add({ address, targets, replace }: NewAlias, budget: Budget): Promise<AliasView> {
    if ((await this.#parts.domains.find(domainOf(address), budget)) === undefined) {
      throw new Failure(
        'domain-unknown',
        `${domainOf(address)} is no domain of this service (cassmail domain add ${domainOf(address)})`,
      );
    }
    await this.#assertNoUser(address, budget);
    const view = { address, targets: await this.#checked(address, targets, budget) };
    const { directory } = this.#parts;
    const added = await decided(`alias ${address}`, async () => {
      const before = await directory.readAlias(address, budget);
      if (before !== undefined && !replace) {
        throw new Failure('alias-exists', `${address} is an alias of ${before.targets.join(', ')} already`);
      }
      const outcome = await directory.writeAlias({ ...before, ...view }, budget);
      return outcome === 'conflict' ? outcome : view;
    });
    await this.#giveWay(address, budget);
    return added;
  }

  async remove(address: Login, budget: Budget): Promise<void> {
    await decided(`alias ${address}`, async () =>
      this.#parts.directory.removeAlias(await this.#known(address, budget), budget),
    );
  }

  async #assertNoUser(address: Login, budget: Budget): Promise<void> {
    if ((await this.#parts.accounts.read(address, budget)) === undefined) return;
    throw new Failure('user-exists', `${address} is the address of a user, which no alias can be`);
  }

  /** To a user of that address who was added at the same time. */
  async #giveWay(address: Login, budget: Budget): Promise<void> {
    const { directory } = this.#parts;
    try {
      await this.#assertNoUser(address, budget);
    } catch (error) {
      const alias = await directory.readAlias(address, budget);
      if (alias !== undefined) await directory.removeAlias(alias, budget); // a conflict: somebody else's by now
      throw error;
    }
  }

  /** Each once, in the order given. */
  async #checked(address: Login, targets: readonly string[], budget: Budget): Promise<readonly string[]> {
    if (targets.length === 0 || targets.length > MOST_TARGETS) {
      throw new Failure('name-invalid', `an alias leads to 1 to ${MOST_TARGETS} addresses`);
    }
    const checked = new Set<string>();
    for (const target of targets) checked.add(await this.#parts.targets.checked(target, budget));
    if (checked.has(addressOfLogin(address)))
      throw new Failure('target-unknown', `${address} would lead to itself`);
    return [...checked];
  }

  async #known(address: Login, budget: Budget): Promise<Alias> {
    const alias = await this.#parts.directory.readAlias(address, budget);
    if (alias === undefined) throw new Failure('alias-unknown', `there is no alias ${address}`);
    return alias;
  }
}

function viewOf({ address, targets }: Alias): AliasView {
  return { address, targets };
}
