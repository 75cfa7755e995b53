// The one file that speaks to cassandra-driver: its settings, and the values and errors that go in and come out in our
// own terms. The driver repeats nothing by itself: what is sent again, and when, is DriverRing's decision alone.
import { Client, errors, policies, types, type QueryOptions } from 'cassandra-driver';
import * as writers from 'cassandra-driver/lib/writers.js';
import { Failure } from '../../../base/failure.js';
import { isError } from '../../../base/is-error.js';
import type { ConsistencyLevel, Query, Row, Value } from '../ring.js';
import { qualifiedText } from './qualified-text.js';
import { tlsOptions, type TlsSettings } from './tls-options.js';
import { failureOfTrouble, requestKindOf, type RequestKind, type Trouble } from './trouble.js';
import { sendLargeFramesUncopied, type DriverWriters } from './uncopied-frames.js';

export interface DriverSettings {
  readonly contactPoints: readonly string[];
  readonly port: number;
  readonly localDataCenter: string;
  /** Where the tables are that statements name without one; it need not be there yet. */
  readonly keyspace: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly tls?: TlsSettings | undefined;
  /** How many requests may be under way: connections are sized for it. */
  readonly inFlight: number;
  readonly requestTimeoutMs: number;
}

export type AnyLevel = ConsistencyLevel | 'SERIAL';

export interface Execution {
  readonly consistency: AnyLevel;
  /** For a lightweight transaction. */
  readonly isConditional?: boolean;
  readonly timeoutMs: number;
  readonly pageSize?: number;
  /** Where the page before this one ended. */
  readonly from?: string;
}

export interface Page {
  readonly rows: readonly Row[];
  readonly next: string | undefined;
}

export interface RingHost {
  readonly address: string;
  readonly dataCenter: string;
  /** Undefined where the ring does not say it. */
  readonly version: string | undefined;
  readonly isUp: boolean;
}

const codeOfLevel: Readonly<Record<AnyLevel, number>> = {
  ONE: types.consistencies.one,
  TWO: types.consistencies.two,
  THREE: types.consistencies.three,
  QUORUM: types.consistencies.quorum,
  ALL: types.consistencies.all,
  LOCAL_ONE: types.consistencies.localOne,
  LOCAL_QUORUM: types.consistencies.localQuorum,
  EACH_QUORUM: types.consistencies.eachQuorum,
  SERIAL: types.consistencies.serial,
};

/** Of a statement, in a failure's text. */
const SHOWN_CQL = 60;
/** Creating a table on a busy ring takes its time. */
const ADMINISTRATION_TIMEOUT_MS = 30_000;
const HOST_EVENTS = ['hostAdd', 'hostRemove', 'hostUp', 'hostDown'];
const CONNECT_TIMEOUT_MS = 5_000;
/** A connection that left this many requests unanswered is given up; the default, 64, is reached by a short stall. */
const UNANSWERED_BEFORE_RECONNECT = 256;
/** Stream ids of protocol v4 are 15 bits. */
const MOST_REQUESTS_PER_CONNECTION = 32_000;
const FIRST_RECONNECT_MS = 250;
const LONGEST_RECONNECT_MS = 10_000;

export class DriverClient {
  readonly #client: Client;
  readonly #localDataCenter: string;
  readonly #keyspace: string;

  constructor(settings: DriverSettings) {
    sendLargeFramesUncopied(writers as DriverWriters);
    this.#localDataCenter = settings.localDataCenter;
    this.#keyspace = settings.keyspace;
    this.#client = new Client({
      contactPoints: [...settings.contactPoints],
      localDataCenter: settings.localDataCenter,
      ...(settings.username === undefined
        ? {}
        : { credentials: { username: settings.username, password: settings.password ?? '' } }),
      ...(settings.tls === undefined ? {} : { sslOptions: tlsOptions(settings.tls) }),
      protocolOptions: {
        port: settings.port,
        maxVersion: types.protocolVersion.v4,
        maxSchemaAgreementWaitSeconds: 0, // `agreesOnSchema` instead
      },
      policies: {
        loadBalancing: new policies.loadBalancing.DefaultLoadBalancingPolicy(),
        retry: new policies.retry.FallthroughRetryPolicy(),
        reconnection: new policies.reconnection.ExponentialReconnectionPolicy(
          FIRST_RECONNECT_MS,
          LONGEST_RECONNECT_MS,
        ),
      },
      pooling: {
        maxRequestsPerConnection: Math.min(
          MOST_REQUESTS_PER_CONNECTION,
          Math.max(2048, settings.inFlight * 2),
        ),
      },
      socketOptions: {
        connectTimeout: CONNECT_TIMEOUT_MS,
        readTimeout: settings.requestTimeoutMs,
        defunctReadTimeoutThreshold: UNANSWERED_BEFORE_RECONNECT,
      },
      monitorReporting: { enabled: false },
    });
  }

  /** Fails with *ring-unreachable*, *ring-login-refused* or *ring-datacenter-unknown*. */
  async connect(): Promise<void> {
    try {
      await this.#client.connect();
    } catch (error) {
      closeWhatConnectLeft(this.#client);
      throw failureToConnect(error, this.#localDataCenter);
    }
  }

  close(): Promise<void> {
    return this.#client.shutdown();
  }

  /** One statement of administration, unprepared; it names the keyspace of its table itself. */
  async run(cql: string, on?: RingHost): Promise<readonly Row[]> {
    const options: QueryOptions = { readTimeout: ADMINISTRATION_TIMEOUT_MS };
    if (on !== undefined) options.host = this.#client.hosts.get(on.address);
    try {
      return rowsOf(await this.#client.execute(cql, [], options));
    } catch (error) {
      throw ownTermsOf(error, requestKindOf(cql), cql.slice(0, SHOWN_CQL).replaceAll(/\s+/g, ' '));
    }
  }

  /** What each node that is up answers, for what every node knows for itself. */
  async runOnEach(cql: string): Promise<readonly (readonly Row[])[]> {
    const hosts = this.hosts();
    if (hosts.length === 0) throw new Failure('store-unavailable', 'no ring node is up');
    return Promise.all(hosts.map((host) => this.run(cql, host)));
  }

  /** Whether all nodes that are up know the same tables. (The driver's own check counts those that are down.) */
  async agreesOnSchema(): Promise<boolean> {
    const answers = await this.runOnEach('SELECT schema_version FROM system.local');
    return new Set(answers.flat().map((row) => String(row['schema_version']))).size === 1;
  }

  /** The nodes of our data centre that are up: those the driver speaks to. */
  hosts(): readonly RingHost[] {
    return this.allHosts().filter((host) => host.isUp && host.dataCenter === this.#localDataCenter);
  }

  allHosts(): readonly RingHost[] {
    return this.#client.hosts.values().map((host) => ({
      address: host.address,
      dataCenter: host.datacenter,
      version: versionOf(host.cassandraVersion),
      isUp: host.isUp(),
    }));
  }

  /** Calls back whenever a node may have come, gone, risen or fallen, until the function returned is called. */
  onHostChange(look: () => void): () => void {
    for (const event of HOST_EVENTS) this.#client.on(event, look);
    return () => {
      for (const event of HOST_EVENTS) this.#client.off(event, look);
    };
  }

  async execute(query: Query, execution: Execution): Promise<Page> {
    const cql = qualifiedText(query.cql, this.#keyspace);
    const result = await this.#client.execute(cql, toDriver(query.values), optionsOf(execution));
    return { rows: rowsOf(result), next: result.pageState ?? undefined };
  }

  /** One mutation: unlogged, and all of one partition. */
  async batch(queries: readonly Query[], execution: Execution): Promise<Page> {
    const batch = queries.map(({ cql, values }) => ({
      query: qualifiedText(cql, this.#keyspace),
      params: toDriver(values),
    }));
    const options = optionsOf(execution);
    options.logged = false;
    return { rows: rowsOf(await this.#client.batch(batch, options)), next: undefined };
  }
}

/** The driver's types promise a text; a row of system.peers that is half written has none. */
function versionOf(releaseVersion: string | null): string | undefined {
  return releaseVersion ?? undefined;
}

function optionsOf(execution: Execution): QueryOptions {
  const options: QueryOptions = {
    prepare: true,
    consistency: codeOfLevel[execution.consistency],
    readTimeout: execution.timeoutMs,
  };
  if (execution.isConditional === true) options.serialConsistency = types.consistencies.serial;
  if (execution.pageSize !== undefined) options.fetchSize = execution.pageSize;
  if (execution.from !== undefined) options.pageState = execution.from;
  return options;
}

// --- values ---------------------------------------------------------------------------------------------------------

/** The driver takes strings, numbers and Buffers as they are; only what it does not know is put in other clothes. */
function toDriver(values: readonly Value[]): Value[] {
  return values.map((value) => {
    if (typeof value === 'bigint') return eightBytes(value);
    return value instanceof Uint8Array && !Buffer.isBuffer(value)
      ? Buffer.from(value.buffer, value.byteOffset, value.byteLength)
      : value;
  });
}

/** A Buffer is sent as it is whatever the column's type: exact where the driver's own way goes through text. */
function eightBytes(value: bigint): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigInt64BE(value);
  return bytes;
}

function rowsOf(result: types.ResultSet): readonly Row[] {
  const rows = result.rows ?? [];
  for (const { name, type } of rows.length === 0 ? [] : result.columns) {
    const decode = decoderOf(type.code);
    if (decode !== undefined) for (const row of rows) row[name] = decode(row[name]);
  }
  return rows;
}

function decoderOf(type: types.dataTypes): ((value: unknown) => unknown) | undefined {
  if (type === types.dataTypes.uuid || type === types.dataTypes.timeuuid) {
    return (value) => (value instanceof types.Uuid ? value.toString() : value);
  }
  if (type === types.dataTypes.bigint) {
    return (value) => (value instanceof types.Long ? exactNumber(value) : value);
  }
  return undefined;
}

function exactNumber(value: types.Long): number | bigint {
  const number = value.toNumber();
  return Number.isSafeInteger(number) ? number : BigInt(value.toString());
}

// --- errors ---------------------------------------------------------------------------------------------------------

const troubleOfCode: Readonly<Partial<Record<number, Trouble>>> = {
  [types.responseErrorCodes.serverError]: 'server-error',
  [types.responseErrorCodes.unavailableException]: 'unavailable',
  [types.responseErrorCodes.overloaded]: 'overloaded',
  [types.responseErrorCodes.isBootstrapping]: 'bootstrapping',
  [types.responseErrorCodes.writeTimeout]: 'write-timeout',
  [types.responseErrorCodes.readTimeout]: 'read-timeout',
  [types.responseErrorCodes.readFailure]: 'read-failure',
  [types.responseErrorCodes.writeFailure]: 'write-failure',
  [types.responseErrorCodes.unauthorized]: 'unauthorized',
  [types.responseErrorCodes.invalid]: 'unknown-schema',
  [types.responseErrorCodes.unprepared]: 'unknown-schema',
};

/**
 * When connecting failed half-way the driver (4.10.0) keeps its control connection open, or goes on reconnecting it, and
 * `shutdown` passes over a client that never was connected.
 */
function closeWhatConnectLeft(client: Client): void {
  const control = memberOf(client, 'controlConnection');
  call(control, 'shutdown');
  call(memberOf(control, 'connection'), 'close');
}

function memberOf(owner: unknown, name: string): unknown {
  return typeof owner === 'object' && owner !== null ? Reflect.get(owner, name) : undefined;
}

function call(owner: unknown, method: string): void {
  const found = memberOf(owner, method);
  if (typeof found === 'function') Reflect.apply(found, owner, []);
}

function failureToConnect(error: unknown, localDataCenter: string): unknown {
  if (!(error instanceof errors.DriverError) && !isSocketError(error)) return error;
  const misplaced = causesOf(error).find((cause) => cause instanceof errors.ArgumentError);
  if (misplaced instanceof Error) {
    return new Failure(
      'ring-datacenter-unknown',
      `store.cassandra.localDataCenter is ${localDataCenter}, which the ring does not have: ${misplaced.message}`,
      { cause: error },
    );
  }
  if (causesOf(error).some((cause) => cause instanceof errors.AuthenticationError)) {
    return new Failure(
      'ring-login-refused',
      'the ring refuses the login: check store.cassandra.username and store.cassandra.password',
      { cause: error },
    );
  }
  return new Failure('ring-unreachable', error.message, { cause: error });
}

/** The error of each node that was tried. */
function causesOf(error: Error): readonly unknown[] {
  if (!(error instanceof errors.NoHostAvailableError)) return [error];
  const perHost: unknown = error.innerErrors;
  return Object.values(perHost ?? {});
}

/** A Failure for whatever the ring answers, or does not; a mistake met before anything was sent stays what it is. */
export function ownTermsOf(error: unknown, kind: RequestKind, name: string): unknown {
  if (!isError(error)) return error;
  const trouble = troubleOf(error);
  return trouble === undefined ? error : failureOfTrouble(trouble, kind, name, error);
}

/** What went wrong on the way to the ring or in it; undefined for our own mistakes (types, bugs). */
function troubleOf(error: Error): Trouble | undefined {
  if (error instanceof errors.NoHostAvailableError) return troubleOfHosts(error);
  if (error instanceof errors.OperationTimedOutError) return 'no-answer';
  if (error instanceof errors.BusyConnectionError) return 'connections-full';
  if (error instanceof errors.ResponseError) {
    return isUnavailableSerial(error) ? 'unavailable-serial' : (troubleOfCode[error.code] ?? 'refused');
  }
  if (isSocketError(error)) {
    return Reflect.get(error, 'requestNotWritten') === true ? 'nobody-reachable' : 'connection-lost';
  }
  return undefined;
}

function isSocketError(error: unknown): error is Error {
  return isError(error) && Reflect.get(error, 'isSocketError') === true;
}

function troubleOfHosts(error: errors.NoHostAvailableError): Trouble {
  return causesOf(error).some((cause) => cause instanceof errors.BusyConnectionError)
    ? 'connections-full'
    : 'nobody-reachable';
}

/** Refused before anything was proposed: the level in the error tells it from a refusal at the commit. */
function isUnavailableSerial(error: errors.ResponseError): boolean {
  if (troubleOfCode[error.code] !== 'unavailable') return false;
  const level: unknown = Reflect.get(error, 'consistencies');
  return level === types.consistencies.serial || level === types.consistencies.localSerial;
}
