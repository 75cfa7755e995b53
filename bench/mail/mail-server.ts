// What the loads need to know of a server, whichever it is.

export interface Holdings {
  readonly messages: number;
  readonly bytes: number;
}

export interface MailServer {
  readonly name: string;
  readonly smtpPort: number;
  /** Resolves when everything the server has acknowledged can be read. */
  settled(): Promise<void>;
  /** What can be read, all mailboxes together. */
  holdings(): Promise<Holdings>;
  stop(): Promise<void>;
}

export interface Pop3Server {
  readonly name: string;
  readonly pop3Port: number;
  stop(): Promise<void>;
}
