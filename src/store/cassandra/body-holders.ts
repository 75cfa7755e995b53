// Who still needs a large body: one partition of references per body, written all at once, then only deleted. The text
// of a reference is `mailbox|LOGIN|MAILBOX|MESSAGE` or `queue|ITEM`; no name holds a `|`.
import type { Budget } from '../../base/budget.js';
import type { TimeUuid } from '../../base/time-uuid.js';
import type { Holder, LargeBody } from '../types.js';
import type { Levels } from './consistency.js';
import type { Query, Ring, WriteRequest } from './ring.js';

const INSERT = 'INSERT INTO body_refs (body, ref) VALUES (?, ?) USING TIMESTAMP ?';
const DELETE = 'DELETE FROM body_refs USING TIMESTAMP ? WHERE body = ? AND ref = ?';
const DELETE_ALL = 'DELETE FROM body_refs USING TIMESTAMP ? WHERE body = ?';
const ANY = 'SELECT ref FROM body_refs WHERE body = ? LIMIT 1';

export function refOf(holder: Holder): string {
  return holder.kind === 'queue'
    ? `queue|${holder.item}`
    : `mailbox|${holder.address.login}|${holder.address.mailbox}|${holder.message}`;
}

export class BodyHolders {
  readonly #ring: Ring;
  readonly #level: Levels['control'];

  constructor(ring: Ring, level: Levels['control']) {
    this.#ring = ring;
    this.#level = level;
  }

  async add(body: LargeBody, holders: readonly Holder[], micros: number, budget: Budget): Promise<void> {
    const queries = holders.map((holder) => ({ cql: INSERT, values: [body.id, refOf(holder), micros] }));
    await this.#write('bodies.hold', queries, budget);
  }

  async drop(body: LargeBody, holders: readonly Holder[], micros: number, budget: Budget): Promise<void> {
    const queries = holders.map((holder) => ({ cql: DELETE, values: [micros, body.id, refOf(holder)] }));
    await this.#write('bodies.release', queries, budget);
  }

  async dropAll(body: LargeBody, micros: number, budget: Budget): Promise<void> {
    await this.#write('bodies.discard', [{ cql: DELETE_ALL, values: [micros, body.id] }], budget);
  }

  /** Asks every replica: of all that were ever durable, none is overlooked. */
  async isHeld(body: TimeUuid, budget: Budget): Promise<boolean> {
    const query = { cql: ANY, values: [body] };
    const refs = await this.#ring.read({ name: 'bodies.refs', query, consistency: 'ALL' }, budget);
    return refs.length > 0;
  }

  async #write(name: string, queries: readonly Query[], budget: Budget): Promise<void> {
    const [first, ...others] = queries;
    if (first === undefined) return;
    const all: WriteRequest['queries'] = [first, ...others];
    await this.#ring.write({ name, queries: all, consistency: this.#level, isIdempotent: true }, budget);
  }
}
