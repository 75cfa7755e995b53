// The configuration as each part of the mail service wants it told. Every function is asked anew for each connection or
// message, so a change takes effect without a restart.
import type { ContentRules } from '../mail/content/content-guards.js';
import type { AddressBookSettings } from '../accounts/store-address-book.js';
import type { QuotaSettings } from '../accounts/quotas.js';
import type { LoginFailureSettings } from '../accounts/login-failures.js';
import type { HomeDomainSettings } from '../accounts/home-domain.js';
import type { AllowanceSettings } from '../accounts/hourly-allowance.js';
import type { Config } from '../config/definition.js';
import type { ReceptionSettings } from '../net/reception.js';
import type { TlsSettings } from '../net/tls-keys.js';
import type { PairFiles } from '../net/certificate-pair.js';
import type { Pop3Settings } from '../pop3/pop3-settings.js';
import type { SmtpSettings } from '../smtp/smtp-settings.js';

/** Asked for with every command, and made anew only when there is another configuration. */
export function settingsOf<Settings>(
  config: () => Config,
  read: (config: Config) => Settings,
): () => Settings {
  let current = config();
  let settings = read(current);
  return () => {
    const latest = config();
    if (latest !== current) {
      current = latest;
      settings = read(latest);
    }
    return settings;
  };
}

export function smtpSettings({ limits, smtp, submission }: Config, hostname: string): SmtpSettings {
  return {
    hostname,
    messageSizeBytes: limits.messageSize,
    recipientsPerMessage: limits.recipientsPerMessage,
    messagesPerConnection: Number.isFinite(limits.messagesPerConnection)
      ? limits.messagesPerConnection
      : undefined,
    errorsPerConnection: limits.errorsPerConnection,
    loginFailuresPerConnection: limits.loginFailuresPerConnection,
    junkCommands: limits.junkCommands,
    idleMs: limits.smtpIdle,
    sessionMs: limits.smtpSession,
    dataRate: limits.dataRate,
    greetingDelayMs: smtp.greetingDelay,
    requireTls: submission.requireTls,
    checkSender: submission.checkSender,
  };
}

export function contentRules({ limits, smtp }: Config): Omit<ContentRules, 'missing'> {
  return {
    bareNewlines: smtp.bareNewlines,
    messageSize: limits.messageSize,
    headerSize: limits.headerSize,
    receivedHeaders: limits.receivedHeaders,
  };
}

export function pop3Settings({ limits, pop3 }: Config): Pop3Settings {
  return {
    requireTls: pop3.requireTls,
    loginDelayMs: pop3.loginDelay,
    idleMs: limits.pop3Idle,
    sessionMs: limits.pop3Session,
    octetsPerSecond: limits.dataRate,
    loginFailures: limits.loginFailuresPerConnection,
    errors: limits.errorsPerConnection,
  };
}

export function homeDomainSettings({ mailboxes, domains }: Config): HomeDomainSettings {
  return { defaultDomain: mailboxes.defaultDomain ?? domains[0] };
}

export function loginFailureSettings({ limits }: Config): LoginFailureSettings {
  return {
    failuresPerAccount: limits.loginFailuresPerAccount,
    failuresPerIp: limits.loginFailuresPerIp,
    failureWindowMs: limits.loginFailureWindow,
    failureDelayMs: limits.loginFailureDelay,
  };
}

export function addressBookSettings({ domains, mailboxes }: Config): AddressBookSettings {
  return {
    domains,
    postmaster: mailboxes.postmaster,
    plusAddressing: mailboxes.plusAddressing,
    autoCreate: mailboxes.autoCreate,
  };
}

export function quotaSettings({ mailboxes }: Config): QuotaSettings {
  return { quotaBytes: mailboxes.quotaBytes, quotaMessages: mailboxes.quotaMessages };
}

export function allowanceSettings({ limits }: Config): AllowanceSettings {
  return {
    messagesPerHour: limits.userMessagesPerHour,
    recipientsPerHour: limits.userRecipientsPerHour,
  };
}

export function receptionSettings({ limits, proxies }: Config): ReceptionSettings {
  return {
    connections: limits.connections,
    connectionsPerIp: limits.connectionsPerIp,
    proxyProtocol: proxies.proxyProtocol,
  };
}

/** `own` is the self-signed pair, where the configuration names none. */
export function tlsSettings({ tls }: Config, own: PairFiles | undefined): TlsSettings {
  const pair = tls.cert !== undefined && tls.key !== undefined ? { cert: tls.cert, key: tls.key } : own;
  if (pair === undefined) throw new TypeError('a node without a configured certificate makes one');
  return { pair, names: tls.names };
}
