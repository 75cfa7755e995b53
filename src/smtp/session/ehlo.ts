// The answer to EHLO: the extensions this connection may use now (RFC 5321 section 4.1.1.1).

export interface EhloFacts {
  readonly hostname: string;
  readonly client: string;
  readonly messageSizeBytes: number;
  readonly recipientsPerMessage: number;
  readonly messagesPerConnection: number | undefined;
  readonly isSecure: boolean;
  readonly offersTls: boolean;
  readonly offersLogin: boolean;
  readonly mayUseXclient: boolean;
}

export function ehloLines(facts: EhloFacts): readonly string[] {
  return [
    `${facts.hostname} greets ${facts.client}`,
    'PIPELINING', // RFC 2920
    `SIZE ${facts.messageSizeBytes}`, // RFC 1870
    '8BITMIME', // RFC 6152
    'SMTPUTF8', // RFC 6531
    'ENHANCEDSTATUSCODES', // RFC 2034
    'DSN', // RFC 3461
    'CHUNKING', // RFC 3030; BINARYMIME would need a store without lines
    limitsLine(facts),
    ...(facts.offersTls && !facts.isSecure ? ['STARTTLS'] : []), // RFC 3207 section 4.2: not once it is active
    ...(facts.isSecure ? ['REQUIRETLS'] : []), // RFC 8689 section 2
    ...(facts.offersLogin ? ['AUTH PLAIN LOGIN'] : []), // RFC 4954 section 3
    ...(facts.mayUseXclient ? ['XCLIENT NAME ADDR PORT PROTO HELO DESTADDR DESTPORT'] : []),
    'HELP',
  ];
}

/** RFC 9422 section 4. */
function limitsLine({ recipientsPerMessage, messagesPerConnection }: EhloFacts): string {
  const mailMax = messagesPerConnection === undefined ? '' : ` MAILMAX=${messagesPerConnection}`;
  return `LIMITS RCPTMAX=${recipientsPerMessage}${mailMax}`;
}
