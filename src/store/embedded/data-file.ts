// A look at LMDB's file before LMDB gets it. The engine maps the file into memory and trusts it, so a file that was cut
// or overwritten would end the process (SIGBUS, SIGSEGV) instead of failing; here it fails in words. Checked are both
// meta pages and the pages of the trees from their roots downwards, breadth first, up to a bound: all of a small file,
// the upper levels of a large one. A file shorter than its meta page says may be sound, since free pages at its end are
// never written: that one is looked at whole. A tree has each page once, so no look takes longer than the file is.
// Bytes inside a message have no checksum in this format.
//
// Workers of a node that was just killed may still be writing. A committed tree is not touched before the commit after
// the next, so what is found counts only when no commit came between.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { Failure } from '../../base/failure.js';

const META_PAGES = 2;
/** Offsets in a meta page, from the structs MDB_page_header and MDB_meta of lmdb 3.5.6 (data format 2). */
const HEADER_BYTES = 24;
const META = {
  magic: 24,
  version: 28,
  pageSize: 48,
  freeRoot: 88,
  mainRoot: 136,
  lastPage: 144,
  transaction: 152,
  bytes: 168,
} as const;
const MAGIC = 0xbeefc0de;
const DATA_VERSION = 2;
const SMALLEST_PAGE = 512;
const LARGEST_PAGE = 65_536;
const NO_PAGE = 2n ** 64n - 1n;

/** Offsets in a page and in a node of it. */
const PAGE = { number: 0, flags: 18, lower: 20, upper: 22, overflowPages: 20 } as const;
const NODE = { low: 0, high: 2, flags: 4, keyBytes: 6, key: 8 } as const;
const BRANCH = 0x01;
const LEAF = 0x02;
const OVERFLOW = 0x04;
const BIG_DATA = 0x01;
const SUB_TREE = 0x02;
/** Where the root stands in the record of a named table, and how long that is. */
const TREE_ROOT = 40;
const TREE_BYTES = 48;

/** 16 MiB of pages of 4 KiB: 20 ms. */
const LOOKED_AT = 4096;
const TRIES = 10;

interface Meta {
  readonly pageSize: number;
  readonly lastPage: bigint;
  readonly transaction: bigint;
  readonly roots: readonly bigint[];
}

/** Fails with *store-damaged* or *store-format*. An empty file is sound: the engine makes it a new one. */
export function assertSound(path: string): void {
  const file = openSync(path, 'r');
  try {
    for (let times = 0; times < TRIES; times += 1) {
      const finding = findingOf(new DataFile(path, file));
      if (finding === undefined) return;
      if (finding.isFinal) throw finding.error;
    }
    // Commits kept coming: it is in use, by a process that finds it sound.
  } finally {
    closeSync(file);
  }
}

function findingOf(file: DataFile): { readonly error: unknown; readonly isFinal: boolean } | undefined {
  const before = file.commits();
  try {
    file.assertSound();
    return undefined;
  } catch (error) {
    return { error, isFinal: Buffer.compare(before, file.commits()) === 0 };
  }
}

class DataFile {
  readonly #path: string;
  readonly #file: number;
  readonly #sizeBytes: number;

  constructor(path: string, file: number) {
    this.#path = path;
    this.#file = file;
    this.#sizeBytes = fstatSync(file).size;
  }

  /** Other bytes after each commit. */
  commits(): Buffer {
    const bytes = Buffer.alloc(META_PAGES * LARGEST_PAGE);
    readSync(this.#file, bytes, 0, bytes.length, 0);
    return bytes;
  }

  assertSound(): void {
    if (this.#sizeBytes === 0) return;
    const first = this.#meta(0);
    const second = this.#meta(first.pageSize);
    if (first.pageSize !== second.pageSize) throw this.#damaged('its two meta pages disagree');
    const meta = first.transaction > second.transaction ? first : second;
    const isShort = (meta.lastPage + 1n) * BigInt(meta.pageSize) > this.#sizeBytes;
    this.#walk(meta, isShort ? Infinity : LOOKED_AT);
  }

  #meta(at: number): Meta {
    const page = this.#read(at, META.bytes);
    if (page.readUInt32LE(META.magic) !== MAGIC) {
      throw this.#damaged(`the meta page at byte ${at} is not one of LMDB's`);
    }
    const version = page.readUInt32LE(META.version) & 0xffff;
    if (version !== DATA_VERSION) {
      const detail = `${this.#path} is in LMDB format ${version}, this version of CassMail reads format ${DATA_VERSION}`;
      throw new Failure('store-format', detail);
    }
    const pageSize = page.readUInt32LE(META.pageSize);
    const isPageSize =
      (pageSize & (pageSize - 1)) === 0 && pageSize >= SMALLEST_PAGE && pageSize <= LARGEST_PAGE;
    if (!isPageSize) throw this.#damaged(`the meta page at byte ${at} names a page size of ${pageSize}`);
    return {
      pageSize,
      lastPage: page.readBigUInt64LE(META.lastPage),
      transaction: page.readBigUInt64LE(META.transaction),
      roots: [page.readBigUInt64LE(META.freeRoot), page.readBigUInt64LE(META.mainRoot)],
    };
  }

  #walk(meta: Meta, most: number): void {
    const waiting = meta.roots.filter((root) => root !== NO_PAGE);
    for (let looked = 0; looked < most; looked += 1) {
      const number = waiting[looked];
      if (number === undefined) return;
      if (looked * meta.pageSize >= this.#sizeBytes)
        throw this.#damaged('its pages refer to each other in a circle');
      waiting.push(...this.#below(number, meta));
    }
  }

  /** The pages that this one refers to, after a look at it. */
  #below(number: bigint, meta: Meta): readonly bigint[] {
    this.#assertInside(number, meta);
    const page = this.#read(Number(number) * meta.pageSize, meta.pageSize);
    const flags = page.readUInt16LE(PAGE.flags);
    if (page.readBigUInt64LE(PAGE.number) !== number || (flags & (BRANCH | LEAF | OVERFLOW)) === 0) {
      throw this.#damaged(`page ${number} does not hold what it should`);
    }
    if ((flags & OVERFLOW) !== 0) {
      this.#assertInside(number + BigInt(page.readUInt32LE(PAGE.overflowPages)) - 1n, meta);
      return [];
    }
    return this.#nodes(page, number).flatMap((node) =>
      (flags & BRANCH) !== 0 ? [childOf(node)] : treesOf(node),
    );
  }

  #assertInside(number: bigint, { lastPage, pageSize }: Meta): void {
    if (number < META_PAGES || number > lastPage || (number + 1n) * BigInt(pageSize) > this.#sizeBytes) {
      throw this.#damaged(`it refers to page ${number}, which is not in it`);
    }
  }

  #nodes(page: Buffer, number: bigint): readonly Buffer[] {
    const body = page.subarray(HEADER_BYTES); // what the offsets in a page count from
    const lower = page.readUInt16LE(PAGE.lower);
    const upper = page.readUInt16LE(PAGE.upper);
    if (lower > upper || upper > body.length || lower % 2 !== 0) {
      throw this.#damaged(`page ${number} has no sound table of entries`);
    }
    const nodes: Buffer[] = [];
    for (let at = 0; at < lower; at += 2) {
      const node = body.subarray(body.readUInt16LE(at));
      const isInside = body.length - node.length >= upper && node.length >= NODE.key;
      if (!isInside || NODE.key + node.readUInt16LE(NODE.keyBytes) > node.length) {
        throw this.#damaged(`an entry of page ${number} lies outside of it`);
      }
      nodes.push(node);
    }
    return nodes;
  }

  #read(at: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    if (readSync(this.#file, bytes, 0, length, at) === length) return bytes;
    throw this.#damaged(`it ends at byte ${this.#sizeBytes}, in the middle of what is needed`);
  }

  #damaged(what: string): Failure {
    return new Failure(
      'store-damaged',
      `${this.#path} is damaged: ${what}. Move the data folder away and restore a backup into an empty one`,
    );
  }
}

function childOf(node: Buffer): bigint {
  const low = BigInt(node.readUInt16LE(NODE.low)) | (BigInt(node.readUInt16LE(NODE.high)) << 16n);
  return low | (BigInt(node.readUInt16LE(NODE.flags)) << 32n);
}

/** What an entry of a leaf refers to: the root of a named table, or the pages of a long value. */
function treesOf(node: Buffer): readonly bigint[] {
  const flags = node.readUInt16LE(NODE.flags);
  const data = NODE.key + node.readUInt16LE(NODE.keyBytes);
  if ((flags & BIG_DATA) !== 0 && data + 8 <= node.length) return [node.readBigUInt64LE(data)];
  if ((flags & SUB_TREE) === 0 || data + TREE_BYTES > node.length) return [];
  const root = node.readBigUInt64LE(data + TREE_ROOT);
  return root === NO_PAGE ? [] : [root];
}
