// The ring that tests start for themselves: with a password and TLS, and gone with whoever wanted it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';

import { connect } from 'node:tls';
import { describe, expect, it } from '@jest/globals';
import { systemTimers } from '../../src/base/clock.js';
import { stateOf } from '../../src/lab/ring/machine/process-mark.js';
import { probe } from '../../src/lab/ring/cql/cql-probe.js';
import { RingFolder } from '../../src/lab/ring/ring-folder.js';
import { startTestRing } from '../../src/lab/ring/test-ring.js';
import { failureOfPromise } from '../failure-from.js';
import { projectRoot } from '../project-root.js';

const STEP_MS = 240_000;

describe('a ring for a test', () => {
  it(
    'asks for a password over TLS where it is told to',
    async () => {
      const { ring, contactPoints, port, login, certificateFile, stop } = await startTestRing({
        wantsPassword: true,
        usesTls: true,
      });
      try {
        const [host = ''] = contactPoints;
        const socket = connect({ host, port, ca: readFileSync(certificateFile) });
        await once(socket, 'secureConnect');
        expect(socket.authorized).toBe(true);
        socket.destroy();

        const target = { address: host, port, usesTls: true, login };
        const cql = 'SELECT JSON cluster_name FROM system.local';
        expect(await probe(target, cql, 5000)).toEqual([{ cluster_name: `cassmail test ${port}` }]);
        const wrong = { ...target, login: { ...login, password: 'wrong' } };
        expect((await failureOfPromise(probe(wrong, cql, 5000))).message).toContain('(CQL error 0x100)');
        expect((await failureOfPromise(probe({ ...target, usesTls: false }, cql, 5000))).code).toBe(
          'lab-ring-failed',
        );
      } finally {
        await stop();
      }
      expect(existsSync(ring.folder)).toBe(false);
    },
    STEP_MS,
  );

  it(
    'is gone, data and all, when the process that wanted it is killed',
    async () => {
      const library = new URL('../../src/lab/ring/test-ring.js', import.meta.url).href;
      const script = `
        import { startTestRing } from '${library}';
        const { ring } = await startTestRing();
        console.log(ring.folder);
        setInterval(() => undefined, 1000);`;
      const owner = spawn(process.execPath, ['--input-type=module', '--eval', script], {
        cwd: projectRoot,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [line] = (await once(owner.stdout, 'data')) as [Buffer];
      const folder = line.toString().trim();
      const [node] = new RingFolder(folder).read()?.nodes ?? [];
      expect(stateOf(node?.process)).toBe('running');
      owner.kill('SIGKILL');
      while (stateOf(node?.process) !== 'gone' || existsSync(folder)) await systemTimers.sleep(50);
    },
    STEP_MS,
  );
});
