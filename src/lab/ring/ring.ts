// A Cassandra ring on this machine, as its folder describes it: everything that can be done to the whole ring or to one
// of its nodes. Each change is made under the folder's lock and written down at once, so that any later command, of
// this process or of another, finds what is there.
import { rmSync } from 'node:fs';
import { Failure } from '../../base/failure.js';
import { addressAfter, addressRun, freePort, JMX_ADDRESS } from './addresses.js';
import { runCommand } from './machine/command-run.js';
import { probe } from './cql/cql-probe.js';
import { nodeToolArguments } from './node/java-command.js';
import { toolchain } from './prerequisites.js';
import { processWords, signalProcess, stateOf, type ProcessState } from './machine/process-mark.js';
import { parseReplication, refusalToShrink } from './cql/replication.js';
import { ensureCertificate } from './ring-certificate.js';
import { drainNode, killNode, untilState } from './node-ending.js';
import { RingFolder } from './ring-folder.js';
import { launchNodes, nodeIn, recordIn, untilAgreed, type LaunchContext } from './ring-launch.js';
import {
  probeTarget,
  RECORD_FORMAT,
  withNode,
  withoutNode,
  type NodeRecord,
  type RingRecord,
  type RingSettings,
} from './ring-record.js';
import type { RingTools } from './ring-tools.js';
import { ringStatus, type NodeStatus } from './ring-status.js';
import { evenTokens, tokenInLargestRange } from './tokens.js';

const PROBE_TIMEOUT_MS = 5_000;
/** Leaving and repairing move data. */
const NODE_TOOL_TIMEOUT_MS = 30 * 60_000;

export class Ring {
  readonly #folder: RingFolder;
  readonly #tools: RingTools;

  constructor(path: string, tools: RingTools) {
    this.#folder = new RingFolder(path);
    this.#tools = tools;
  }

  get folder(): string {
    return this.#folder.path;
  }

  async status(): Promise<readonly NodeStatus[]> {
    return ringStatus(this.record);
  }

  /** Undefined where no ring was made yet. */
  find(): RingRecord | undefined {
    return this.#folder.read();
  }

  get record(): RingRecord {
    return recordIn(this.#folder);
  }

  /** Makes a new ring in an empty folder, or in place of one that never came up, and starts it. */
  async form(settings: RingSettings, nodes: number): Promise<void> {
    await this.#change(async () => {
      const former = this.#folder.read();
      if (former?.isFormed === true) {
        throw new Failure('lab-ring-failed', `there is a ring in ${this.folder} already`);
      }
      for (const node of former?.nodes ?? []) {
        await killNode(node, this.#tools);
        this.#discard(node);
      }
      this.#folder.write({
        format: RECORD_FORMAT,
        settings,
        isFormed: false,
        nodes: await this.#plan(settings, nodes),
      });
      await this.#launch(this.record.nodes.map(({ number }) => number));
      this.#folder.write({ ...this.record, isFormed: true });
    });
  }

  /** Starts all nodes that are down, on their data. */
  async start(): Promise<void> {
    await this.#change(async () => {
      const down = this.record.nodes.filter((node) => stateOf(node.process) === 'gone');
      await this.#launch(down.map(({ number }) => number));
    });
  }

  /** Every node writes what it has in memory and ends; the data stays. */
  async stop(): Promise<void> {
    await this.#change(async () => {
      await Promise.all(this.record.nodes.map((node) => drainNode(node, this.#tools)));
    });
  }

  /** Ends every node as a crash would, at once. */
  async crash(): Promise<void> {
    await this.#change(async () => {
      await Promise.all(this.record.nodes.map((node) => killNode(node, this.#tools)));
    });
  }

  /** Removes a ring that is down, with all its data. */
  remove(): void {
    const isUp = this.#folder.read()?.nodes.some((node) => stateOf(node.process) !== 'gone');
    if (isUp === true) throw new Failure('lab-ring-failed', `the ring in ${this.folder} runs: stop it first`);
    this.#folder.remove();
  }

  async kill(number: number): Promise<void> {
    await this.#change(async () => killNode(this.#nodeThatIs(number, 'running', 'paused'), this.#tools));
  }

  /** The process stands still, its connections stay: what a long garbage collection or a stuck disk looks like. */
  async pause(number: number): Promise<void> {
    await this.#change(async () => {
      const node = this.#nodeThatIs(number, 'running');
      signalProcess(node.process, 'SIGSTOP');
      await untilState(node, 'paused', this.#tools);
    });
  }

  /** Returns when the others have heard from it again. */
  async resume(number: number): Promise<void> {
    await this.#change(async () => {
      const node = this.#nodeThatIs(number, 'paused');
      signalProcess(node.process, 'SIGCONT');
      await untilState(node, 'running', this.#tools);
      await untilAgreed(this.#folder, this.#tools, [number]);
    });
  }

  /** Starts a node again on its data, after an orderly stop where it still runs. */
  async restart(number: number): Promise<void> {
    await this.#change(async () => {
      await drainNode(nodeIn(this.#folder, number), this.#tools);
      await this.#launch([number]);
    });
  }

  /** A further node, which takes over half of the largest share. Returns its number. */
  async add(): Promise<number> {
    return this.#change(async () => {
      this.#assertAllRun('a node can join');
      const { settings, nodes } = this.record;
      const number = 1 + Math.max(...nodes.map((node) => node.number));
      const taken = nodes.map((node) => node.jmxPort);
      rmSync(this.#folder.nodeFolder(number), { recursive: true, force: true });
      const joining: NodeRecord = {
        number,
        address: addressAfter(settings.firstAddress, number - 1),
        jmxPort: await freePort([JMX_ADDRESS], this.#tools.random, taken),
        token: String(tokenInLargestRange(nodes.map((node) => BigInt(node.token)))),
        bootstraps: true,
      };
      this.#folder.write(withNode(this.record, joining));
      await this.#launch([number]).catch(async (error: unknown) => {
        await killNode(nodeIn(this.#folder, number), this.#tools);
        this.#folder.write(withoutNode(this.record, number));
        throw error;
      });
      return number;
    });
  }

  /** The node hands its data to the others and leaves for good. */
  async decommission(number: number): Promise<void> {
    await this.#change(async () => {
      const node = nodeIn(this.#folder, number);
      this.#assertAllRun('a node can leave');
      await this.#assertCanShrink(node);
      await this.#nodeTool(node, ['decommission']);
      await drainNode(node, this.#tools);
      this.#discard(node);
      this.#folder.write(withoutNode(this.record, number));
      await untilAgreed(this.#folder, this.#tools);
    });
  }

  /** Makes all replicas equal: each node repairs the share it is first replica of. */
  async repair(): Promise<void> {
    await this.#change(async () => {
      this.#assertAllRun('the ring can be repaired');
      for (const node of this.record.nodes) {
        this.#tools.note(`node ${node.number} repairs its share`);
        await this.#nodeTool(node, ['repair', '-full', '-pr']);
      }
    });
  }

  async #change<T>(task: () => Promise<T>): Promise<T> {
    return this.#folder.whileLocked(task);
  }

  async #plan(settings: RingSettings, count: number): Promise<readonly NodeRecord[]> {
    const addresses = addressRun(settings.firstAddress, count);
    const tokens = evenTokens(count);
    const nodes: NodeRecord[] = [];
    for (const [index, address] of addresses.entries()) {
      const taken = nodes.map((node) => node.jmxPort);
      const jmxPort = await freePort([JMX_ADDRESS], this.#tools.random, taken);
      nodes.push({ number: index + 1, address, jmxPort, token: String(tokens[index]), bootstraps: false });
    }
    return nodes;
  }

  async #launch(numbers: readonly number[]): Promise<void> {
    const context = await this.#launchContext();
    const { settings } = this.record;
    if (settings.usesTls) {
      const where = { folder: this.folder, firstAddress: settings.firstAddress };
      await ensureCertificate(context.toolchain.java, where, this.#tools);
    }
    await launchNodes(context, numbers);
  }

  async #launchContext(): Promise<LaunchContext> {
    return { folder: this.#folder, tools: this.#tools, toolchain: await toolchain(this.#tools) };
  }

  #nodeThatIs(number: number, ...states: readonly ProcessState[]): NodeRecord {
    const node = nodeIn(this.#folder, number);
    const state = stateOf(node.process);
    if (states.includes(state)) return node;
    throw new Failure('lab-ring-failed', `node ${number} is ${processWords[state]}`);
  }

  #assertAllRun(purpose: string): void {
    const { nodes } = this.record;
    const missing = nodes.filter((node) => stateOf(node.process) !== 'running');
    if (missing.length === 0) return;
    const named = missing
      .map(({ number, process }) => `${number} is ${processWords[stateOf(process)]}`)
      .join(', ');
    throw new Failure('lab-ring-failed', `only while all nodes run ${purpose}: node ${named}`);
  }

  async #assertCanShrink(node: NodeRecord): Promise<void> {
    const target = probeTarget(this.record.settings, node);
    const cql = 'SELECT JSON keyspace_name, replication FROM system_schema.keyspaces';
    const keyspaces = (await probe(target, cql, PROBE_TIMEOUT_MS)).map(parseReplication);
    const nodesLeft = this.record.nodes.length - 1;
    const refusal = nodesLeft === 0 ? 'it is the last one: use stop' : refusalToShrink(keyspaces, nodesLeft);
    if (refusal !== undefined) {
      throw new Failure('lab-ring-failed', `node ${node.number} cannot leave: ${refusal}`);
    }
  }

  async #nodeTool(node: NodeRecord, words: readonly string[]): Promise<void> {
    const { java, jars } = await toolchain(this.#tools);
    const folder = this.#folder.nodeFolder(node.number);
    const { environment, signal } = this.#tools;
    const { exitCode, output } = await runCommand({
      program: java,
      words: nodeToolArguments({ jars, folder, jmxPort: node.jmxPort }, words),
      environment,
      timeoutMs: NODE_TOOL_TIMEOUT_MS,
      signal,
    });
    if (exitCode === 0) return;
    throw new Failure('lab-ring-failed', `nodetool ${words.join(' ')} failed:\n${output.trimEnd()}`);
  }

  #discard(node: NodeRecord): void {
    rmSync(this.#folder.nodeFolder(node.number), { recursive: true, force: true });
  }
}
