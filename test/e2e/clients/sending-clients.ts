// How mail programs send a message as it is: by SMTP without a login, and by submission after STARTTLS or within TLS.
import type { ClientStage } from './client-stage.js';

export type Doorway = 'SMTP' | 'submission with STARTTLS' | 'submission within TLS';
export const doorways: readonly Doorway[] = ['SMTP', 'submission with STARTTLS', 'submission within TLS'];

/** Takes the message with LF, as a file has it. */
export type Sending = (stage: ClientStage, doorway: Doorway, message: string) => Promise<unknown>;

export const sendingClients: Readonly<Record<string, Sending>> = {
  'swaks with AUTH PLAIN': swaks('PLAIN'),
  'swaks with AUTH LOGIN': swaks('LOGIN'),
  'curl with AUTH PLAIN': curl('PLAIN'),
  'curl with AUTH LOGIN': curl('LOGIN'),
  msmtp,
  mutt,
  "Python's smtplib": smtplib,
};

function portOf({ node }: ClientStage, doorway: Doorway): number {
  if (doorway === 'SMTP') return node.port('smtp.listen');
  return node.port(doorway.endsWith('STARTTLS') ? 'submission.listen' : 'submission.implicitTls');
}

function swaks(mechanism: string): Sending {
  return (stage, doorway, message) => {
    const { address, password } = stage.user;
    const tls = doorway.endsWith('STARTTLS') ? '--tls' : '--tls-on-connect';
    // swaks puts a line end after the data
    const data = stage.file('message', message.replace(/\n$/, ''));
    return stage.run('swaks', [
      '--server',
      '127.0.0.1',
      '--port',
      String(portOf(stage, doorway)),
      '--timeout',
      '15',
      '--from',
      address,
      '--to',
      address,
      '--data',
      `@${data}`,
      ...(doorway === 'SMTP' ? [] : [tls, '--tls-verify', '--tls-ca-path', stage.certificate]),
      ...(doorway === 'SMTP'
        ? []
        : ['--auth', mechanism, '--auth-user', address, '--auth-password', password]),
    ]);
  };
}

function curl(mechanism: string): Sending {
  return (stage, doorway, message) => {
    const { address, password } = stage.user;
    const scheme = doorway.endsWith('within TLS') ? 'smtps' : 'smtp';
    const login = ['--ssl-reqd', '--user', `${address}:${password}`, '--login-options', `AUTH=${mechanism}`];
    return stage.run(
      'curl',
      [
        '-sS',
        '--max-time',
        '15',
        '--cacert',
        stage.certificate,
        '--crlf',
        '-T',
        '-',
        `${scheme}://127.0.0.1:${portOf(stage, doorway)}`,
        '--mail-from',
        address,
        '--mail-rcpt',
        address,
        ...(doorway === 'SMTP' ? [] : login),
      ],
      message,
    );
  };
}

function msmtp(stage: ClientStage, doorway: Doorway, message: string): Promise<Buffer> {
  const { address, password } = stage.user;
  const config = stage.file(
    'msmtprc',
    [
      'account default',
      'host 127.0.0.1',
      `port ${portOf(stage, doorway)}`,
      `tls ${doorway === 'SMTP' ? 'off' : 'on'}`,
      `tls_starttls ${doorway.endsWith('STARTTLS') ? 'on' : 'off'}`,
      `tls_trust_file ${stage.certificate}`,
      `auth ${doorway === 'SMTP' ? 'off' : 'on'}`,
      `user ${address}`,
      `passwordeval echo ${password}`,
      `from ${address}`,
      'set_from_header off',
      'set_date_header off',
      'timeout 15',
      '',
    ].join('\n'),
  );
  return stage.run('msmtp', ['-C', config, address], message);
}

/** A draft's header and text are kept; mutt adds its own fields. */
function mutt(stage: ClientStage, doorway: Doorway, message: string): Promise<Buffer> {
  const { address, password } = stage.user;
  const scheme = doorway.endsWith('within TLS') ? 'smtps' : 'smtp';
  const login = doorway === 'SMTP' ? '' : `${address}@`;
  const config = stage.file(
    'muttrc',
    [
      `set smtp_url="${scheme}://${login}127.0.0.1:${portOf(stage, doorway)}"`,
      `set smtp_pass="${password}"`,
      `set ssl_starttls=${doorway.endsWith('STARTTLS') ? 'yes' : 'no'}`,
      `set ssl_force_tls=${doorway === 'SMTP' ? 'no' : 'yes'}`,
      `set certificate_file=${stage.certificate}`,
      `set from=${address}`,
      'set use_from=yes',
      'set copy=no',
      'set charset=utf-8',
      'set send_charset=utf-8',
      'set allow_8bit=yes',
      '',
    ].join('\n'),
  );
  const [head = '', ...texts] = message.split('\n\n');
  const subject = /^Subject: (.*)$/m.exec(head)?.[1] ?? '';
  return stage.run('mutt', ['-F', config, '-s', subject, address], texts.join('\n\n'));
}

function smtplib(stage: ClientStage, doorway: Doorway, message: string): Promise<Buffer> {
  const { address, password } = stage.user;
  const within = doorway.endsWith('within TLS');
  const script = `
import smtplib, ssl, sys
trust = ssl.create_default_context(cafile=sys.argv[1])
port, address, password = int(sys.argv[2]), sys.argv[3], sys.argv[4]
${within ? "client = smtplib.SMTP_SSL('127.0.0.1', port, context=trust, timeout=15)" : "client = smtplib.SMTP('127.0.0.1', port, timeout=15)"}
${doorway.endsWith('STARTTLS') ? 'client.starttls(context=trust)' : ''}
${doorway === 'SMTP' ? '' : 'client.login(address, password)'}
refused = client.sendmail(address, [address], sys.stdin.buffer.read().replace(b'\\n', b'\\r\\n'), mail_options=['BODY=8BITMIME'])
client.quit()
sys.exit(1 if refused else 0)
`;
  const words = ['-c', script, stage.certificate, String(portOf(stage, doorway)), address, password];
  return stage.run('python3', words, message);
}
