// Records that are few and small (accounts, leases, claims, nodes) are kept as JSON objects: readable in a dump, and
// open to fields that a later version adds. Reading checks each field; what cannot be understood is *record-damaged*.
import { Failure } from '../../base/failure.js';

export function encodeRecord(fields: Readonly<Record<string, unknown>>): Uint8Array {
  return Buffer.from(JSON.stringify(fields));
}

export class StoredRecord {
  readonly #what: string;
  readonly #fields: ReadonlyMap<string, unknown>;

  constructor(what: string, bytes: Uint8Array) {
    this.#what = what;
    this.#fields = new Map(Object.entries(parse(what, bytes)));
  }

  text(name: string): string {
    return this.optionalText(name) ?? this.#damaged(name);
  }

  optionalText(name: string): string | undefined {
    const value = this.#fields.get(name);
    return value === undefined || typeof value === 'string' ? value : this.#damaged(name);
  }

  number(name: string): number {
    return this.optionalNumber(name) ?? this.#damaged(name);
  }

  optionalNumber(name: string): number | undefined {
    const value = this.#fields.get(name);
    return value === undefined || typeof value === 'number' ? value : this.#damaged(name);
  }

  boolean(name: string): boolean {
    const value = this.#fields.get(name);
    return typeof value === 'boolean' ? value : this.#damaged(name);
  }

  texts(name: string): readonly string[] {
    const value = this.#fields.get(name);
    if (!Array.isArray(value)) return this.#damaged(name);
    return value.map((element: unknown) => (typeof element === 'string' ? element : this.#damaged(name)));
  }

  /** By name; none where the field is not there. */
  optionalNumbers(name: string): ReadonlyMap<string, number> {
    const value = this.#fields.get(name);
    if (value === undefined) return new Map();
    if (typeof value !== 'object' || value === null) return this.#damaged(name);
    const entries: [string, unknown][] = Object.entries(value);
    return new Map(
      entries.map(([key, number]) => [key, typeof number === 'number' ? number : this.#damaged(name)]),
    );
  }

  #damaged(name: string): never {
    throw new Failure('record-damaged', `${this.#what}: field "${name}" is missing or of another type`);
  }
}

function parse(what: string, bytes: Uint8Array): object {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString());
    if (typeof value === 'object' && value !== null) return value;
  } catch (error) {
    throw new Failure('record-damaged', `${what} is not a record`, { cause: error });
  }
  throw new Failure('record-damaged', `${what} is not a record`);
}
