// What Postal prints: a line per minute, `time,messages,data(K),errors,connections,SSL connections`.

export interface PostalTotals {
  /** Acknowledged by the server. */
  readonly messages: number;
  readonly errors: number;
}

const LINE = /^\d+:\d+,(?<messages>\d+),\d+,(?<errors>\d+),\d+,\d+$/gm;

/** Throws when no minute has been reported: then nothing is known of the load. */
export function postalTotals(printed: string): PostalTotals {
  const minutes = [...printed.matchAll(LINE)].map(({ groups }) => ({
    messages: Number(groups?.['messages']),
    errors: Number(groups?.['errors']),
  }));
  if (minutes.length === 0) throw new Error(`postal reported nothing:\n${printed}`);
  return {
    messages: minutes.reduce((sum, { messages }) => sum + messages, 0),
    errors: minutes.reduce((sum, { errors }) => sum + errors, 0),
  };
}
