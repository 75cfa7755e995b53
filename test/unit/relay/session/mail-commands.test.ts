import { describe, expect, it } from '@jest/globals';
import {
  mailCommands,
  type Capabilities,
  type MailEnvelope,
  type MessageNeeds,
} from '../../../../src/relay/session/mail-commands.js';

const ALL = ['SIZE', '8BITMIME', 'SMTPUTF8', 'DSN', 'REQUIRETLS'];
const ENVELOPE: MailEnvelope = { sender: 'a@us.example', parameters: {} };
const MESSAGE: MessageNeeds = { sizeBytes: 10, isEightBit: false, hasUtf8Header: false };

interface Case {
  readonly envelope?: Partial<MailEnvelope>;
  readonly message?: Partial<MessageNeeds>;
  readonly extensions?: readonly string[];
  readonly sizeLimitOctets?: number;
  readonly recipients?: readonly {
    readonly address: string;
    readonly parameters?: Readonly<Record<string, string>>;
  }[];
}

function commands({
  envelope,
  message,
  extensions = ALL,
  sizeLimitOctets = 0,
  recipients = [{ address: 'b@d.example' }],
}: Case) {
  const capabilities: Capabilities = { extensions: new Set(extensions), sizeLimitOctets };
  const whole = recipients.map((recipient) => ({ parameters: {}, ...recipient }));
  return mailCommands({ ...ENVELOPE, ...envelope }, whole, { ...MESSAGE, ...message }, capabilities);
}

describe('the commands of a transaction', () => {
  it('say no more than the host understands', () => {
    const envelope = { parameters: { RET: 'HDRS', ENVID: 'x', SMTPUTF8: '', BODY: '8BITMIME' } };
    const recipients = [
      { address: 'b@d.example', parameters: { NOTIFY: 'NEVER', ORCPT: 'rfc822;b@d.example' } },
    ];
    expect(commands({ envelope, recipients, extensions: [] })).toEqual({
      mail: 'MAIL FROM:<a@us.example>',
      recipients: [{ line: 'RCPT TO:<b@d.example>' }],
      isReportHandedOn: false,
    });
    expect(commands({ envelope, recipients })).toEqual({
      mail: 'MAIL FROM:<a@us.example> SIZE=10 RET=HDRS ENVID=x SMTPUTF8',
      recipients: [{ line: 'RCPT TO:<b@d.example> NOTIFY=NEVER ORCPT=rfc822;b@d.example' }],
      isReportHandedOn: true,
    });
  });

  it('give each recipient its own parameters (RFC 3461 section 4)', () => {
    const recipients = ['NEVER', 'FAILURE', undefined].map((NOTIFY, at) => ({
      address: `${at}@d.example`,
      parameters: NOTIFY === undefined ? {} : { NOTIFY, warned: '' },
    }));
    expect(commands({ recipients })).toMatchObject({
      recipients: [
        { line: 'RCPT TO:<0@d.example> NOTIFY=NEVER' },
        { line: 'RCPT TO:<1@d.example> NOTIFY=FAILURE' },
        { line: 'RCPT TO:<2@d.example>' },
      ],
    });
  });

  it('know the null sender', () => {
    expect(commands({ envelope: { sender: '' }, extensions: [] })).toMatchObject({ mail: 'MAIL FROM:<>' });
  });

  it('spell domains in A-labels, with which a host without SMTPUTF8 can do something', () => {
    const found = commands({ recipients: [{ address: 'b@bücher.example' }], extensions: [] });
    expect(found).toMatchObject({ recipients: [{ line: 'RCPT TO:<b@xn--bcher-kva.example>' }] });
  });

  it('leave out who cannot be addressed without SMTPUTF8, and only those', () => {
    const recipients = [{ address: 'bö@d.example' }, { address: 'b@d.example' }];
    expect(commands({ recipients, extensions: [] })).toMatchObject({
      recipients: [{ lack: 'SMTPUTF8' }, { line: 'RCPT TO:<b@d.example>' }],
    });
    expect(commands({ recipients })).toMatchObject({
      mail: 'MAIL FROM:<a@us.example> SIZE=10 SMTPUTF8',
      recipients: [{ line: 'RCPT TO:<bö@d.example>' }, { line: 'RCPT TO:<b@d.example>' }],
    });
  });

  it.each<[Case, string]>([
    [{ envelope: { sender: 'ä@us.example' }, extensions: ['8BITMIME'] }, 'SMTPUTF8'],
    [{ message: { hasUtf8Header: true }, extensions: ['8BITMIME'] }, 'SMTPUTF8'],
    [{ message: { isEightBit: true }, extensions: ['SMTPUTF8'] }, '8BITMIME'],
    [{ envelope: { parameters: { REQUIRETLS: '' } }, extensions: ['SIZE'] }, 'REQUIRETLS'],
    [{ message: { sizeBytes: 1001 }, sizeLimitOctets: 1000 }, 'SIZE'],
  ])('are none where the host lacks something for all: %j lacks %s', (found, lack) => {
    expect(commands(found)).toBe(lack);
  });

  it.each<[Case, string]>([
    [{ message: { isEightBit: true } }, 'SIZE=10 BODY=8BITMIME'],
    [{ message: { sizeBytes: 1000 }, sizeLimitOctets: 1000 }, 'SIZE=1000'],
    [{ envelope: { parameters: { REQUIRETLS: '' } } }, 'SIZE=10 REQUIRETLS'],
    [{ message: { hasUtf8Header: true } }, 'SIZE=10 SMTPUTF8'],
  ])('ask for what the message needs: %j gives %s', (found, words) => {
    expect(commands(found)).toMatchObject({ mail: `MAIL FROM:<a@us.example> ${words}` });
  });

  it('do not tell an original recipient beyond ASCII to a host without SMTPUTF8 (RFC 6533 section 3)', () => {
    const recipients = [
      { address: 'b@d.example', parameters: { NOTIFY: 'NEVER', ORCPT: 'utf-8;bö@d.example' } },
    ];
    expect(commands({ recipients, extensions: ['DSN'] })).toMatchObject({
      recipients: [{ line: 'RCPT TO:<b@d.example> NOTIFY=NEVER' }],
    });
  });

  it.each(['a\r\nRCPT TO:<x@y>', 'a\nb@d.example', 'a>b@d.example', 'a\0@d.example'])(
    'are never made of an address with %j in it',
    (address) => {
      expect(commands({ recipients: [{ address }] })).toMatchObject({ recipients: [{ lack: 'ADDRESS' }] });
      expect(commands({ envelope: { sender: address } })).toBe('ADDRESS');
    },
  );

  it('pass over parameters that would break a line', () => {
    const recipients = [{ address: 'b@d.example', parameters: { NOTIFY: 'NEVER\r\nDATA' } }];
    expect(commands({ recipients })).toMatchObject({ recipients: [{ line: 'RCPT TO:<b@d.example>' }] });
  });
});
