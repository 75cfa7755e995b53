// A server that closes while somebody's answer does not come.
import { describe, expect, it } from '@jest/globals';
import { answer } from '../../../src/admin/answer.js';
import { nodeRoutes } from '../../../src/admin/api/node.js';
import { httpServer } from '../../../src/admin/http-server.js';
import { until } from '../../until.js';
import { VirtualTime } from '../../virtual-time.js';

describe('the HTTP server', () => {
  it('cuts off who still waits for an answer when its time to close is over', async () => {
    const time = new VirtualTime();
    let isAsked = false;
    const server = httpServer({
      answers: [
        answer(nodeRoutes.alive, () => {
          isAsked = true;
          return new Promise<never>(() => undefined);
        }),
      ],
      clock: time,
      timers: time,
      refusalOf: () => undefined,
      onCommand: () => undefined,
      onBug: () => undefined,
    });
    const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
    const asking = fetch(`http://127.0.0.1:${port}/healthz`).then(
      () => 'answered',
      () => 'cut off',
    );
    await until('it was asked', () => isAsked);
    const closing = server.close();
    await time.advance(5000);
    await closing;
    expect(await asking).toBe('cut off');
    expect(time.pending).toBe(0);
  });
});
