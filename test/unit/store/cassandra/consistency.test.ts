import { describe, expect, it } from '@jest/globals';
import {
  doubtsAbout,
  doubtsAboutNodes,
  levelsOf,
  type ConsistencyChoice,
} from '../../../../src/store/cassandra/consistency.js';
import { promiseOf } from '../../../../src/store/cassandra/promise.js';
import type { Replication } from '../../../../src/store/cassandra/replicas.js';
import type { ConsistencyLevel } from '../../../../src/store/cassandra/ring.js';
import { failureFrom } from '../../../failure-from.js';

const shapeOf = (replication: Replication) => ({ replication, localDataCenter: 'dc1' });
const three = shapeOf({ dc1: 3 });

function choice(
  write: ConsistencyLevel,
  read: ConsistencyLevel,
  overrides: ConsistencyChoice['overrides'] = {},
): ConsistencyChoice {
  return { write, read, overrides };
}

/** The events of the doubts about these levels. */
function doubts(
  write: ConsistencyLevel,
  read: ConsistencyLevel,
  replication: Replication,
): readonly string[] {
  const shape = shapeOf(replication);
  return doubtsAbout(levelsOf(choice(write, read), shape), shape).map((doubt) => doubt.event);
}

describe('the level of each operation', () => {
  it('is the general one where no other is given', () => {
    expect(levelsOf(choice('TWO', 'ONE'), three)).toEqual({
      deliver: 'TWO',
      list: 'ONE',
      retrieve: 'ONE',
      remove: 'TWO',
      control: 'QUORUM',
      controlRead: 'QUORUM',
    });
  });

  it('is its own where one is given', () => {
    const overrides = { deliver: 'ALL', list: 'TWO', retrieve: 'ONE', remove: 'ONE' } as const;
    expect(levelsOf(choice('QUORUM', 'QUORUM', overrides), three)).toMatchObject(overrides);
  });

  it.each(['ONE', 'TWO', 'THREE', 'QUORUM', 'LOCAL_ONE', 'LOCAL_QUORUM', 'EACH_QUORUM'] as const)(
    'is a full quorum for control when mail is written at %s',
    (level) => {
      const levels = levelsOf(choice(level, level), three);
      expect([levels.control, levels.controlRead]).toEqual(['QUORUM', 'QUORUM']);
    },
  );

  it('is ALL for control where the configuration asks for ALL', () => {
    expect(levelsOf(choice('ALL', 'ONE'), three)).toMatchObject({ control: 'ALL', controlRead: 'QUORUM' });
    expect(levelsOf(choice('ONE', 'ALL'), three)).toMatchObject({ control: 'QUORUM', controlRead: 'ALL' });
  });

  it('is refused where it waits for more replicas than there are', () => {
    const failure = failureFrom(() => levelsOf(choice('THREE', 'ONE'), shapeOf({ dc1: 2 })));
    expect(failure.code).toBe('config-invalid');
    expect(failure.message).toContain('"deliver" at THREE waits for 3 replicas');
  });

  it('is refused where it asks the local data centre and that keeps nothing', () => {
    const failure = failureFrom(() => levelsOf(choice('QUORUM', 'LOCAL_ONE'), shapeOf({ dc2: 3 })));
    expect(failure.message).toContain('"list" at LOCAL_ONE');
  });
});

describe('doubts about the levels', () => {
  it('are none for the default: three replicas, a local quorum both ways', () => {
    expect(doubts('LOCAL_QUORUM', 'LOCAL_QUORUM', { dc1: 3 })).toEqual([]);
  });

  it('tell that listing may miss what was delivered or removed where R + W is not above RF', () => {
    expect(doubts('ONE', 'ONE', { dc1: 3 })).toEqual(['store.weak-reads', 'store.weak-reads']);
    expect(doubts('ONE', 'TWO', { dc1: 3 })).toEqual(['store.weak-reads', 'store.weak-reads']);
    expect(doubts('TWO', 'TWO', { dc1: 3 })).toEqual([]);
    expect(doubts('ALL', 'ONE', { dc1: 3 })).not.toContain('store.weak-reads');
  });

  it('do not arise from reading single messages at ONE, since what is missed is looked for again', () => {
    const levels = levelsOf(choice('LOCAL_QUORUM', 'LOCAL_QUORUM', { retrieve: 'ONE' }), three);
    expect(doubtsAbout(levels, three)).toEqual([]);
  });

  it('tell that data centres do not see each other through local quorums', () => {
    const shape = shapeOf({ dc1: 3, dc2: 3 });
    const [first] = doubtsAbout(levelsOf(choice('LOCAL_QUORUM', 'LOCAL_QUORUM'), shape), shape);
    expect(first?.says).toContain('between data centres dc1 and dc2');
    expect(doubts('EACH_QUORUM', 'LOCAL_QUORUM', { dc1: 3, dc2: 3 })).toEqual([]);
  });

  it('tell that two replicas are both needed by accounts and relaying', () => {
    expect(doubts('ONE', 'TWO', { dc1: 2 })).toEqual(['ring.relay-needs-all-replicas']);
    expect(doubts('ONE', 'ONE', { dc1: 1 })).toEqual([]);
  });

  it('tell when fewer ring nodes are up than replicas are wanted', () => {
    expect(doubtsAboutNodes(three, { dc1: 3 })).toEqual([]);
    const [doubt] = doubtsAboutNodes(three, { dc1: 2 });
    expect(doubt?.says).toBe('data centre dc1 should keep 3 replicas and has 2 ring nodes up');
  });
});

describe('the promise of an acknowledgement', () => {
  const periodic = { mode: 'periodic', periodMs: 10_000 } as const;
  const group = { mode: 'group', periodMs: 10_000 } as const;
  const promise = (write: ConsistencyLevel, replication: Replication): string =>
    promiseOf(levelsOf(choice(write, 'ONE'), shapeOf(replication)), shapeOf(replication), periodic);

  it('names the nodes that may be lost and what a power cut takes', () => {
    expect(promise('LOCAL_QUORUM', { dc1: 3 })).toBe(
      'a 250 survives the loss of any one ring node; ' +
        'a power cut of all ring nodes at once may lose the last 10 s (commit log periodic)',
    );
    expect(promise('ALL', { dc1: 3 })).toContain('a 250 survives the loss of any 2 ring nodes;');
    expect(promise('ONE', { dc1: 1 })).toContain('a 250 does not survive the loss of a ring node;');
  });

  it('tells mail and relaying apart where their levels differ', () => {
    expect(promise('ONE', { dc1: 3 })).toContain(
      'a 250 for a local mailbox does not survive the loss of a ring node, ' +
        'for relayed mail it survives the loss of any one ring node;',
    );
  });

  it('loses nothing in a power cut where the commit log is synced before the answer', () => {
    const levels = levelsOf(choice('QUORUM', 'QUORUM'), three);
    expect(promiseOf(levels, three, group)).toContain('loses nothing (commit log group)');
  });
});
