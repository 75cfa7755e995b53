import { describe, expect, it } from '@jest/globals';
import {
  canBeMet,
  countOf,
  demandOf,
  mustOverlap,
  quorumOf,
  type Replication,
} from '../../../../src/store/cassandra/replicas.js';
import type { ConsistencyLevel } from '../../../../src/store/cassandra/ring.js';

const levels: readonly ConsistencyLevel[] = [
  'ONE',
  'TWO',
  'THREE',
  'QUORUM',
  'ALL',
  'LOCAL_ONE',
  'LOCAL_QUORUM',
  'EACH_QUORUM',
];

const shapes: readonly Replication[] = [
  { a: 1 },
  { a: 2 },
  { a: 3 },
  { a: 4 },
  { a: 5 },
  { a: 1, b: 1 },
  { a: 2, b: 1 },
  { a: 3, b: 2 },
  { a: 2, b: 3 },
];

/** The model: every set of replicas, tried one by one; a replica is known by its data centre. */
class Model {
  readonly #places: readonly string[];

  constructor(replication: Replication) {
    this.#places = Object.entries(replication).flatMap(([name, count]) => Array<string>(count).fill(name));
  }

  setsThatMeet(level: ConsistencyLevel, local: string): readonly number[] {
    const all = Array.from({ length: 2 ** this.#places.length }, (_, set) => set);
    return all.filter((set) => this.#meets(set, level, local));
  }

  #meets(set: number, level: ConsistencyLevel, local: string): boolean {
    const isIn = (index: number): boolean => (set & (1 << index)) !== 0;
    const answered = (place?: string): number =>
      this.#places.filter((each, index) => isIn(index) && (place === undefined || place === each)).length;
    const replicas = (place?: string): number =>
      this.#places.filter((each) => place === undefined || place === each).length;
    const hasQuorum = (place?: string): boolean => answered(place) * 2 > replicas(place);
    const meets: Record<ConsistencyLevel, () => boolean> = {
      ONE: () => answered() >= 1,
      TWO: () => answered() >= 2,
      THREE: () => answered() >= 3,
      QUORUM: () => hasQuorum(),
      ALL: () => answered() === replicas(),
      LOCAL_ONE: () => answered(local) >= 1,
      LOCAL_QUORUM: () => hasQuorum(local),
      EACH_QUORUM: () => [...new Set(this.#places)].every((place) => hasQuorum(place)),
    };
    return meets[level]();
  }
}

/** Every level, asked from every data centre, that some set of replicas meets. */
function metLevels(model: Model, shape: Replication) {
  return Object.keys(shape)
    .flatMap((local) => levels.map((level) => ({ level, local, sets: model.setsThatMeet(level, local) })))
    .filter(({ sets }) => sets.length > 0);
}

function bitsIn(set: number): number {
  return set.toString(2).replaceAll('0', '').length;
}

describe('the arithmetic of replicas', () => {
  it.each(shapes)('says of %j exactly which levels can be met, as a model that tries every set', (shape) => {
    const model = new Model(shape);
    for (const level of levels) {
      const demand = demandOf(level, shape, 'a');
      expect([level, canBeMet(demand, shape)]).toEqual([level, model.setsThatMeet(level, 'a').length > 0]);
    }
  });

  it.each(shapes)('counts for %j the fewest replicas that can satisfy a level', (shape) => {
    const model = new Model(shape);
    for (const level of levels) {
      const sizes = model.setsThatMeet(level, 'a').map(bitsIn);
      if (sizes.length === 0) continue;
      expect([level, countOf(demandOf(level, shape, 'a'))]).toEqual([level, Math.min(...sizes)]);
    }
  });

  it.each(shapes)('knows for %j which two levels always share a replica, in every data centre', (shape) => {
    const model = new Model(shape);
    for (const { level: write, local: writer, sets: writeSets } of metLevels(model, shape)) {
      for (const { level: read, local: reader, sets: readSets } of metLevels(model, shape)) {
        const share = writeSets.every((one) => readSets.every((other) => (one & other) !== 0));
        const said = mustOverlap(demandOf(write, shape, writer), demandOf(read, shape, reader), shape);
        expect([write, writer, read, reader, said]).toEqual([write, writer, read, reader, share]);
      }
    }
  });

  it('needs both of two for a quorum, and three of five', () => {
    expect([1, 2, 3, 4, 5].map(quorumOf)).toEqual([1, 2, 2, 3, 3]);
  });
});
