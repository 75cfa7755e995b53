import { describe, expect, it } from '@jest/globals';
import { daemonArguments, nodeToolArguments } from '../../../../../src/lab/ring/node/java-command.js';

const command = { jars: '/cache/jars', folder: '/rings/a b/node-1', heapMiB: 384, jmxPort: 12345 };

describe('the command that runs a ring node', () => {
  it('names its configuration by a URL', () => {
    expect(daemonArguments(command)).toContain(
      '-Dcassandra.config=file:///rings/a%20b/node-1/cassandra.yaml',
    );
  });

  it('starts fast with a small heap', () => {
    const words = daemonArguments(command);
    expect(words).toEqual(expect.arrayContaining(['-Xms384m', '-Xmx384m', '-XX:TieredStopAtLevel=1']));
    expect(words).not.toContain('-XX:+UseParallelGC');
  });

  it('runs fast with a heap of 1 GiB and more', () => {
    const words = daemonArguments({ ...command, heapMiB: 1024 });
    expect(words).toContain('-XX:+UseParallelGC');
    expect(words).not.toContain('-XX:TieredStopAtLevel=1');
  });

  it('has the class last, after its own JMX port', () => {
    const words = daemonArguments(command);
    expect(words).toContain('-Dcassandra.jmx.local.port=12345');
    expect(words.at(-1)).toBe('org.apache.cassandra.service.CassandraDaemon');
  });
});

describe('the command that talks to a running node', () => {
  it('reaches it at its JMX port and leaves no history in the home of the user', () => {
    const words = nodeToolArguments(command, ['repair', '-full']);
    expect(words.slice(-6)).toEqual(['-h', '127.0.0.1', '-p', '12345', 'repair', '-full']);
    expect(words).toContain('-Duser.home=/rings/a b/node-1');
  });
});
