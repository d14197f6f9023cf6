import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { extract as createExtract } from 'tar-stream'
import { Failure, getErrorMessage, isFailure } from '../lib/failure.ts'
import type { Sink } from './sinks.ts'

/*
 * Reads one stored object: raw, gzip, tar, tgz, or a tgz inside a tgz. The first bytes decide,
 * since names can be wrong. Objects are untrusted: everything is streamed, so memory does not grow
 * with the object, and every quantity that an attacker could choose has a cap.
 */

export interface ArtifactLimits {
  /** Bytes as stored. */
  readonly storedBytes: number
  /** Bytes after unpacking, over all layers. */
  readonly unpackedBytes: number
  readonly entries: number
  /** How many layers of gzip and tar may be nested. */
  readonly depth: number
  /**
   * Unpacked bytes per stored byte, checked above `ratioFrom` unpacked bytes. Text seldom reaches
   * 50; a bomb has 1,000.
   */
  readonly ratio: number
  readonly ratioFrom: number
}

const MEBIBYTE = 1024 * 1024
export const artifactLimits: ArtifactLimits = {
  storedBytes: 512 * MEBIBYTE,
  unpackedBytes: 1024 * MEBIBYTE,
  entries: 50_000,
  depth: 4,
  ratio: 200,
  ratioFrom: 16 * MEBIBYTE,
}

export interface StoredObject {
  /** The size that the store announced; null if it announced none. */
  readonly bytes: number | null
  readonly stream: AsyncIterable<Uint8Array>
}

export interface ArtifactContent {
  readonly storedBytes: number
  /** The digest of the bytes as stored. */
  readonly sha256: string
  /** Bytes of all files in the archive, or of the object itself if it is not an archive. */
  readonly contentBytes: number
  /** Files in the archive; null if the object is not an archive. */
  readonly files: number | null
}

/** The object is a bomb, has a path out of the archive, holds links, or is broken. Permanent. */
export class RefusedArtifact extends Error {}

/** It is larger than a limit of quantity: a reading with higher limits may succeed. */
export class ExceededLimit extends RefusedArtifact {}

/**
 * Selects the sink for a file; null: its bytes are not needed. `path` is null for an object that is
 * not an archive, else the entry's path without a leading `./`. Files at the top of an archive are
 * unpacked, too, because Argo wraps what it stores in a tgz of one file.
 */
export type SinkFor = (path: string | null) => Sink | null

/**
 * Unpacks an object into the selected sinks. Rejects with `RefusedArtifact` if it breaks a limit or
 * a rule, and with `Failure` if the store fails.
 */
export async function readArtifact(
  object: StoredObject,
  sinkFor: SinkFor,
  limits: ArtifactLimits = artifactLimits,
): Promise<ArtifactContent> {
  const totals: ReadTotals = { limits, sinkFor, stored: 0, unpacked: 0, content: 0, files: null }
  const hash = createHash('sha256')
  const bytes = countStored(object, totals, (chunk) => hash.update(chunk))
  const whole = borrow(bytes)
  try {
    await unpack(whole.iterable, { totals, path: null, depth: 0 })
    await whole.drain()
  } catch (error) {
    throw isFailure(error) || error instanceof RefusedArtifact
      ? error
      : new RefusedArtifact(`it cannot be unpacked: ${getErrorMessage(error)}`)
  } finally {
    // Not awaited: a stalled store would block until the signal, although the outcome is known.
    bytes.return(undefined).catch(() => undefined)
  }
  return {
    storedBytes: totals.stored,
    sha256: hash.digest('hex'),
    contentBytes: totals.content,
    files: totals.files,
  }
}

interface ReadTotals {
  readonly limits: ArtifactLimits
  readonly sinkFor: SinkFor
  stored: number
  unpacked: number
  content: number
  files: number | null
}

interface ArchivePosition {
  readonly totals: ReadTotals
  readonly path: string | null
  readonly depth: number
}

type Bytes = AsyncIterable<Uint8Array>

/** Counts and caps the bytes as they arrive; a body that ends early is a failure of the store. */
async function* countStored(
  object: StoredObject,
  totals: ReadTotals,
  onChunk: (chunk: Uint8Array) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { storedBytes } = totals.limits
  if (object.bytes !== null && object.bytes > storedBytes)
    throw new ExceededLimit(`it is ${object.bytes} bytes long, over the limit of ${storedBytes}`)
  for await (const chunk of object.stream) {
    totals.stored += chunk.length
    if (totals.stored > storedBytes)
      throw new ExceededLimit(`it is longer than the limit of ${storedBytes} bytes`)
    onChunk(chunk)
    yield chunk
  }
  if (object.bytes !== null && totals.stored < object.bytes) {
    throw new Failure('unavailable', `the store sent ${totals.stored} of ${object.bytes} bytes`)
  }
}

async function unpack(source: Bytes, position: ArchivePosition): Promise<void> {
  const { head, bytes } = await peek(source, 512)
  if (isGzip(head)) return unpack(gunzip(bytes, position.totals), enterLayer(position))
  if (isTar(head)) return unpackTar(bytes, enterLayer(position))
  return writeFile(bytes, position.totals, position.path)
}

function enterLayer(position: ArchivePosition): ArchivePosition {
  if (position.depth >= position.totals.limits.depth)
    throw new RefusedArtifact(`archives are nested more than ${position.totals.limits.depth} deep`)
  return { ...position, depth: position.depth + 1 }
}

async function* gunzip(source: Bytes, totals: ReadTotals): Bytes {
  const decompressor = createGunzip({ chunkSize: 64 * 1024 })
  // The reader of `decompressor` gets the same rejection and handles it.
  pipeline(Readable.from(source, { objectMode: true }), decompressor).catch(() => undefined)
  for await (const chunk of decompressor) {
    countUnpacked(totals, chunk.length)
    yield chunk
  }
}

function countUnpacked(totals: ReadTotals, bytes: number): void {
  const { unpackedBytes, ratio, ratioFrom } = totals.limits
  totals.unpacked += bytes
  if (totals.unpacked > unpackedBytes)
    throw new ExceededLimit(`it unpacks to more than ${unpackedBytes} bytes`)
  if (totals.unpacked > ratioFrom && totals.unpacked > ratio * totals.stored) {
    throw new ExceededLimit(`it unpacks to more than ${ratio} times its size`)
  }
}

/** Writers use a dozen. A global header's fields are copied to every entry after it. */
const MAX_HEADER_FIELDS = 1_000

async function unpackTar(source: Bytes, position: ArchivePosition): Promise<void> {
  const { totals } = position
  totals.files ??= 0
  let entries = 0
  const extract = createExtract()
  pipeline(Readable.from(source, { objectMode: true }), extract).catch(() => undefined)
  for await (const entry of extract) {
    entries += 1
    if (entries > totals.limits.entries)
      throw new ExceededLimit(`it holds more than ${totals.limits.entries} entries`)
    if (Object.keys(entry.header.pax ?? {}).length > MAX_HEADER_FIELDS)
      throw new RefusedArtifact(`an entry has more than ${MAX_HEADER_FIELDS} fields in its header`)
    const path = toSafePath(entry.header.name)
    const { type } = entry.header
    if (type === 'directory') {
      entry.resume()
      continue
    }
    if (type !== 'file' && type !== 'contiguous-file')
      throw new RefusedArtifact(`${JSON.stringify(path)} is a ${type}, and only files are read`)
    totals.files += 1
    const content = borrow(readChunks(entry))
    if (path.includes('/')) await writeFile(content.iterable, totals, path)
    else await unpack(content.iterable, { ...position, path })
    await content.drain()
  }
}

async function* readChunks(
  entry: AsyncIterable<unknown>,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of entry) if (chunk instanceof Uint8Array) yield chunk
}

async function writeFile(source: Bytes, totals: ReadTotals, path: string | null): Promise<void> {
  const sink = totals.sinkFor(path)
  for await (const chunk of source) {
    totals.content += chunk.length
    sink?.write(chunk)
  }
  sink?.end?.()
}

/** The path of an entry inside its archive. Throws for a path that leads out of it. */
function toSafePath(name: string): string {
  const segments = name.split(/[/\\]/).filter((segment) => segment !== '' && segment !== '.')
  if (
    /^[/\\]|^[a-z]:/i.test(name) ||
    segments.includes('..') ||
    name.includes('\0') ||
    name.length > 4096
  ) {
    throw new RefusedArtifact(`${JSON.stringify(name.slice(0, 200))} leads out of the archive`)
  }
  return segments.join('/')
}

/** The first bytes (fewer only if there are no more), and all bytes including them. */
async function peek(
  source: Bytes,
  length: number,
): Promise<{ readonly head: Buffer; readonly bytes: Bytes }> {
  const iterator = source[Symbol.asyncIterator]()
  const chunks: Uint8Array[] = []
  let seen = 0
  while (seen < length) {
    const { done, value } = await iterator.next()
    if (done) break
    chunks.push(value)
    seen += value.length
  }
  async function* all(): Bytes {
    yield* chunks
    yield* { [Symbol.asyncIterator]: () => iterator }
  }
  return { head: Buffer.concat(chunks).subarray(0, length), bytes: all() }
}

/**
 * Lets a reader stop early without closing the iterable (gzip stops at the first byte after its
 * end), so that the rest can be drained: a tar continues after each entry, and the digest covers
 * every byte.
 */
function borrow(source: Bytes): {
  readonly iterable: Bytes
  readonly drain: () => Promise<void>
} {
  const iterator = source[Symbol.asyncIterator]()
  return {
    iterable: { [Symbol.asyncIterator]: () => ({ next: () => iterator.next() }) },
    drain: async () => {
      while (!(await iterator.next()).done);
    },
  }
}

const isGzip = (head: Buffer): boolean =>
  head.length >= 3 && head[0] === 0x1f && head[1] === 0x8b && head[2] === 8

/** A header block with the right checksum, or a block of zeros (an archive without entries). */
function isTar(head: Buffer): boolean {
  if (head.length < 512) return false
  const stated = Number.parseInt(head.toString('latin1', 148, 156).replace(/\0.*$/, '').trim(), 8)
  const sum = head.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0)
  return sum === stated || head.every((byte) => byte === 0)
}
