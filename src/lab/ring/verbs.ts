// `cassmail ring …`: what can be typed, and what is said about it. What is done is in ring.ts.
import type { Surroundings } from '../../base/surroundings.js';
import type { ExitCode, Operand, Verb, VerbCall } from '../../base/verb.js';
import { Failure } from '../../base/failure.js';
import { whileInterruptible } from './interruption.js';
import { RingGuard } from './ring-guard.js';
import type { RingRecord } from './ring-record.js';
import {
  contradictions,
  FOLDER_OPTION,
  parseWish,
  ringFolder,
  settingsFor,
  startOptions,
  wholeNumber,
  type StartWish,
} from './ring-options.js';
import { statusTable, type NodeStatus } from './ring-status.js';
import { systemRingTools } from './ring-tools.js';
import { Ring } from './ring.js';

const NODE: Operand = { name: 'N', summary: 'the number of the node, as status shows it' };

type RingOf = (call: VerbCall, signal?: AbortSignal) => Ring;

export function ringVerbs(surroundings: Surroundings): readonly Verb[] {
  const ringOf: RingOf = (call, signal) =>
    new Ring(ringFolder(call, surroundings), {
      ...systemRingTools(surroundings),
      signal,
      note: (line) => call.terminal.note(line),
    });
  return [
    ...lifeVerbs(ringOf),
    ...nodeActions.map((action) => nodeVerb(action, ringOf)),
    ...careVerbs(ringOf),
  ];
}

function lifeVerbs(ringOf: RingOf): readonly Verb[] {
  return [
    {
      path: ['ring', 'start'],
      summary: 'start a ring, or the stopped one in the folder again on its data',
      options: [...startOptions, FOLDER_OPTION],
      examples: [
        'cassmail ring start --nodes 3',
        'cassmail ring start --nodes 1 --heap 1g --commitlog periodic',
      ],
      run: async (call) => {
        const parsed = parseWish(call);
        if (!parsed.isValid) return misuse(call, parsed.problems);
        return whileInterruptible((signal) => start(ringOf(call, signal), parsed.wish, call));
      },
    },
    {
      path: ['ring', 'status'],
      summary: 'show the nodes; exit code 1 unless all are up',
      options: [FOLDER_OPTION],
      run: async (call) => status(ringOf(call), call),
    },
    {
      path: ['ring', 'stop'],
      summary: 'stop all nodes in good order; their data stays',
      options: [{ name: 'wipe', summary: 'remove the data, too' }, FOLDER_OPTION],
      run: async (call) => stop(ringOf(call), call),
    },
  ];
}

interface NodeAction {
  readonly word: string;
  readonly summary: string;
  /** Ends the sentence "node 2 …". */
  readonly done: string;
  readonly act: (ring: Ring, number: number) => Promise<void>;
}

const nodeActions: readonly NodeAction[] = [
  {
    word: 'kill',
    summary: 'end a node as a crash would',
    done: 'is dead',
    act: (ring, number) => ring.kill(number),
  },
  {
    word: 'pause',
    summary: 'let a node stand still',
    done: 'is paused',
    act: (ring, number) => ring.pause(number),
  },
  {
    word: 'resume',
    summary: 'let a paused node go on',
    done: 'goes on',
    act: (ring, number) => ring.resume(number),
  },
  {
    word: 'restart',
    summary: 'start a node again on its data; one that runs is stopped in good order first',
    done: 'is up again',
    act: (ring, number) => ring.restart(number),
  },
  {
    word: 'remove',
    summary: 'let a node hand its data to the others and leave',
    done: 'has left',
    act: (ring, number) => ring.decommission(number),
  },
];

function nodeVerb({ word, summary, done, act }: NodeAction, ringOf: RingOf): Verb {
  return {
    path: ['ring', word],
    summary,
    operands: [NODE],
    options: [FOLDER_OPTION],
    run: async (call) => {
      const typed = call.operand(NODE.name) ?? '';
      const number = wholeNumber(1, 9999)(typed);
      if (number === undefined) return misuse(call, [`node ${typed}: must be a number`]);
      return whileInterruptible(async (signal) => {
        const ring = ringOf(call, signal);
        await act(ring, number);
        return finished(call, ring, `node ${number} ${done}`);
      });
    },
  };
}

function careVerbs(ringOf: RingOf): readonly Verb[] {
  return [
    {
      path: ['ring', 'add'],
      summary: 'let a further node join',
      options: [FOLDER_OPTION],
      run: async (call) =>
        whileInterruptible(async (signal) => {
          const ring = ringOf(call, signal);
          return finished(call, ring, `node ${await ring.add()} has joined`);
        }),
    },
    {
      path: ['ring', 'repair'],
      summary: 'make all replicas equal, as is due after raising a replication factor',
      options: [FOLDER_OPTION],
      run: async (call) =>
        whileInterruptible(async (signal) => {
          const ring = ringOf(call, signal);
          await ring.repair();
          return finished(call, ring, 'the replicas are equal');
        }),
    },
  ];
}

async function start(ring: Ring, wish: StartWish, call: VerbCall): Promise<ExitCode> {
  if (call.isSet('fresh')) ring.remove();
  const record = ring.find();
  if (record?.isFormed === true) {
    assertSame(ring, record, wish);
    await ring.start();
  } else {
    await formRing(ring, wish);
  }
  return finished(call, ring, 'the ring runs until: cassmail ring stop');
}

function assertSame(ring: Ring, record: RingRecord, wish: StartWish): void {
  const otherwise = contradictions(record, wish);
  if (otherwise.length === 0) return;
  throw new Failure(
    'lab-ring-failed',
    `the ring in ${ring.folder} is another one (${otherwise.join(', ')}): ` +
      'start it as it is, choose another --folder, or stop it and begin anew with --fresh, without its data',
  );
}

/** Should this process be killed meanwhile, somebody is there to end what it began. */
async function formRing(ring: Ring, wish: StartWish): Promise<void> {
  const guard = new RingGuard(ring.folder, { wipesFolder: false });
  const { settings, nodes } = settingsFor(wish);
  await ring.form(settings, nodes);
  guard.release();
}

async function status(ring: Ring, call: VerbCall): Promise<ExitCode> {
  const nodes = await ring.status();
  if (call.isJson) printJson(ring, nodes, call);
  else for (const line of statusTable(nodes)) call.terminal.print(line);
  return nodes.every(({ state }) => state === 'up') ? 0 : 1;
}

async function stop(ring: Ring, call: VerbCall): Promise<ExitCode> {
  await ring.stop();
  if (!call.isSet('wipe')) return finished(call, ring, 'the ring is down');
  ring.remove();
  if (call.isJson) printJson(ring, [], call);
  else call.terminal.print('the ring is gone');
  return 0;
}

/** One line for a person; for a program, how the ring is now. */
async function finished(call: VerbCall, ring: Ring, line: string): Promise<ExitCode> {
  if (call.isJson) printJson(ring, await ring.status(), call);
  else call.terminal.print(line);
  return 0;
}

function printJson(ring: Ring, nodes: readonly NodeStatus[], { terminal }: VerbCall): void {
  terminal.print(JSON.stringify({ folder: ring.folder, nodes }, undefined, 2));
}

function misuse(call: VerbCall, problems: readonly string[]): ExitCode {
  for (const problem of problems) call.terminal.note(`cassmail: ${problem}`);
  return 2;
}
