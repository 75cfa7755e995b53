// Which format the data is in. Written once, when the folder is new; a later program may raise it after converting the
// data, and an earlier one then refuses to touch it.
import { Failure } from '../../base/failure.js';
import type { Engine } from './engine.js';
import { nameKey } from './keys.js';
import { encodeRecord, StoredRecord } from './record.js';
import type { Table } from './table.js';

const FORMAT = 1;
const RECORD = nameKey('format');

export async function assertFormat(engine: Engine, table: Table, folder: string): Promise<void> {
  const bytes = table.get(RECORD) ?? (await written(engine, table));
  const found = new StoredRecord(`the format of ${folder}`, bytes).number('format');
  if (found === FORMAT) return;
  throw new Failure(
    'store-format',
    `the data in ${folder} is in format ${found}, this version of CassMail knows format ${FORMAT}: ` +
      'start the version that wrote it, or restore a backup into an empty folder',
  );
}

/** Two first starts at once write the same. */
async function written(engine: Engine, table: Table): Promise<Uint8Array> {
  const bytes = encodeRecord({ format: FORMAT });
  return engine.transact(() => {
    const found = table.get(RECORD);
    if (found === undefined) table.put(RECORD, bytes);
    return found ?? bytes;
  });
}
