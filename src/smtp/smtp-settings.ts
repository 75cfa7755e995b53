// What an operator may set, as SMTP needs it. Asked for anew for each connection or message: changes take effect live.

export interface SmtpSettings {
  readonly hostname: string;
  readonly messageSizeBytes: number;
  readonly recipientsPerMessage: number;
  /** Undefined: as many as one likes. */
  readonly messagesPerConnection: number | undefined;
  readonly errorsPerConnection: number;
  readonly loginFailuresPerConnection: number;
  readonly junkCommands: number;
  readonly idleMs: number;
  readonly sessionMs: number;
  /** Octets per second, on average, once a message has lasted a minute. */
  readonly dataRate: number;
  readonly greetingDelayMs: number;
  readonly requireTls: boolean;
  readonly checkSender: boolean;
}

/** What a listener is for: mail from other servers (port 25), or from our own users (587, 465). */
export type SmtpProfile = 'smtp' | 'submission';
