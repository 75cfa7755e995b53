// Statements name our tables bare; what is sent names the keyspace too. So no connection is ever told a keyspace
// (`USE`): a ring node that has not heard of it yet refuses that, with every statement which follows on the connection.

/** A statement of ours names one table, right after one of these words. */
const TABLE = /\b(FROM|INTO|UPDATE) (\w+)\b(?!\.)/;

export function qualifiedText(cql: string, keyspace: string): string {
  return cql.replace(TABLE, `$1 ${keyspace}.$2`);
}
