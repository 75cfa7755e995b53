import { describe, expect, it } from '@jest/globals';
import { firstSteps } from '../../../src/app/first-steps.js';

const ADMIN = { key: 'admin.listen', host: '127.0.0.1', port: 8080 };

describe('first steps', () => {
  it('go to where clients on this machine reach what listens everywhere', () => {
    const lines = firstSteps({
      listening: [
        { key: 'smtp.listen', host: '0.0.0.0', port: 25 },
        { key: 'pop3.listen', host: '::', port: 110 },
        ADMIN,
      ],
      domain: 'example.com',
      nodeWords: [],
    }).join('\n');
    expect(lines).toContain('smtp://127.0.0.1:25 ');
    expect(lines).toContain('pop3://[::1]:110/1 ');
  });

  it('say how to find the node, in words that a shell leaves alone', () => {
    const nodeWords = ['-c', "/home/it's here/mail.yaml"];
    const lines = firstSteps({ listening: [ADMIN], domain: 'example.com', nodeWords });
    expect(lines).toContain(
      String.raw`  npx cassmail user add anne@example.com -c '/home/it'\''s here/mail.yaml'`,
    );
  });

  it('send the operator elsewhere where this node takes no commands', () => {
    const lines = firstSteps({ listening: [], domain: 'example.com', nodeWords: [] });
    expect(lines.join('\n')).toContain('on a node with the role admin');
  });
});
