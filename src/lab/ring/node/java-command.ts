// How Cassandra's classes are run without Cassandra's own start scripts: the flags those scripts would set, as far as
// they are needed, and what makes a small ring come up fast. Every export and opening here was needed.

export interface DaemonCommand {
  readonly jars: string;
  readonly folder: string;
  readonly heapMiB: number;
  readonly jmxPort: number;
}

/** From here on a ring is meant for load: worth full compilation and a parallel collector. */
const LOAD_HEAP_MIB = 1024;

export function daemonArguments(command: DaemonCommand): readonly string[] {
  const { jars, folder, heapMiB } = command;
  return [
    ...flags,
    ...moduleAccess(),
    `-Xms${heapMiB}m`,
    `-Xmx${heapMiB}m`,
    ...(heapMiB >= LOAD_HEAP_MIB ? ['-XX:+UseParallelGC'] : ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1']),
    `-XX:ErrorFile=${folder}/logs/jvm-crash.log`,
    '-cp',
    `${jars}/*`,
    ...properties(command),
    'org.apache.cassandra.service.CassandraDaemon',
  ];
}

export function nodeToolArguments(
  { jars, folder, jmxPort }: Omit<DaemonCommand, 'heapMiB'>,
  words: readonly string[],
): readonly string[] {
  return [
    `-Duser.home=${folder}`, // where it keeps a history of its commands
    '-XX:TieredStopAtLevel=1',
    '-XX:+UseSerialGC',
    '-Xmx64m',
    ...moduleAccess(),
    '-cp',
    `${jars}/*`,
    'org.apache.cassandra.tools.NodeTool',
    '-h',
    '127.0.0.1',
    '-p',
    String(jmxPort),
    ...words,
  ];
}

function properties({ folder, jmxPort }: DaemonCommand): readonly string[] {
  const values = {
    'cassandra.config': `file://${encodeURI(folder)}/cassandra.yaml`,
    'logback.configurationFile': `${folder}/logback.xml`, // without one it logs at DEBUG and crawls
    'cassandra.logdir': `${folder}/logs`,
    'cassandra.storagedir': folder,
    'cassandra-foreground': 'yes',
    'cassandra.jmx.local.port': jmxPort,
    'com.sun.management.jmxremote.authenticate': false,
    'cassandra.ring_delay_ms': 5000,
    'cassandra.skip_wait_for_gossip_to_settle': 0,
    'cassandra.size_recorder_interval': 0,
    'cassandra.superuser_setup_delay_ms': 0,
    // A node can leave only while every keyspace has fewer replicas than there are nodes.
    'cassandra.system_distributed.default_rf': 1,
    'cassandra.system_traces.default_rf': 1,
  };
  return Object.entries(values).map(([name, value]) => `-D${name}=${value}`);
}

const flags = [
  '-Djdk.attach.allowAttachSelf=true',
  '-Dio.netty.tryReflectionSetAccessible=true',
  '-Djava.net.preferIPv4Stack=true',
  '-Dchronicle.analytics.disable=true',
  '-Xss256k',
  '-XX:+PerfDisableSharedMem',
  '-XX:+ExitOnOutOfMemoryError',
];

const exported = [
  'java.base/jdk.internal.misc',
  'java.base/java.lang.ref',
  'java.management.rmi/com.sun.jmx.remote.internal.rmi',
  'java.management/com.sun.jmx.remote.security',
  'java.rmi/sun.rmi.registry',
  'java.rmi/sun.rmi.server',
  'java.sql/java.sql',
  'jdk.unsupported/sun.misc',
];

const opened = [
  'java.base/java.io',
  'java.base/java.lang',
  'java.base/java.lang.module',
  'java.base/java.lang.reflect',
  'java.base/java.nio',
  'java.base/java.util',
  'java.base/jdk.internal.loader',
  'java.base/jdk.internal.math',
  'java.base/jdk.internal.module',
  'java.base/jdk.internal.ref',
  'java.base/jdk.internal.reflect',
  'java.base/jdk.internal.util.jar',
  'java.base/sun.nio.ch',
  'jdk.management/com.sun.management.internal',
];

function moduleAccess(): readonly string[] {
  return [
    ...exported.map((name) => `--add-exports=${name}=ALL-UNNAMED`),
    ...opened.map((name) => `--add-opens=${name}=ALL-UNNAMED`),
  ];
}
