import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { extract as createExtract } from 'tar-stream'
import { Failure, isFailure, messageOf } from '../lib/failure.ts'
import type { Sink } from './sinks.ts'

/*
 * Reads one stored object, whatever it is: raw, gzip, tar, tgz, or a tgz inside a tgz. What it is
 * called is never asked, because names lie; the first bytes are. Everything is streamed, so memory
 * does not grow with the object, and every quantity an attacker could choose has a cap: all of this
 * is untrusted.
 */

export interface ArtifactLimits {
  /** Bytes as stored. */
  readonly storedBytes: number
  /** Bytes after unpacking, over all layers. */
  readonly unpackedBytes: number
  readonly entries: number
  /** How many layers of gzip and tar may lie in each other. */
  readonly depth: number
  /**
   * Unpacked by stored bytes. Text seldom reaches 50; a bomb has 1,000. Asked only of what is
   * larger than `ratioFrom`.
   */
  readonly ratio: number
  readonly ratioFrom: number
}

const mebibyte = 1024 * 1024
export const artifactLimits: ArtifactLimits = {
  storedBytes: 512 * mebibyte,
  unpackedBytes: 1024 * mebibyte,
  entries: 50_000,
  depth: 4,
  ratio: 200,
  ratioFrom: 16 * mebibyte,
}

export interface StoredObject {
  /** As the store announced it; null where it did not. */
  readonly bytes: number | null
  readonly stream: AsyncIterable<Uint8Array>
}

export interface ArtifactContent {
  readonly storedBytes: number
  /** Of the bytes as stored. */
  readonly sha256: string
  /** Bytes of all files in it, or of the object itself where it is no archive. */
  readonly contentBytes: number
  /** Files in its archives; null where it is no archive. */
  readonly files: number | null
}

/**
 * We will not read this object: it is a bomb, leaves its folder, holds links, or is broken. Another
 * try reads the same.
 */
export class RefusedArtifact extends Error {}

/**
 * Where the bytes of a file go: null for "not needed". `path` is null for an object that is no
 * archive, else the entry's, without `./` in front. Files at the top of an archive are themselves
 * looked into, because Argo wraps what it stores in a tgz of one file.
 */
export type Wanted = (path: string | null) => Sink | null

/**
 * Unpacks an object into the sinks it is asked for. Rejects with `RefusedArtifact` where a limit or
 * a rule is broken, and with `Failure` where the store broke off.
 */
export async function readArtifact(
  object: StoredObject,
  wanted: Wanted,
  limits: ArtifactLimits = artifactLimits,
): Promise<ArtifactContent> {
  const tally: Tally = { limits, wanted, stored: 0, unpacked: 0, content: 0, files: null }
  const hash = createHash('sha256')
  const bytes = arriving(object, tally, (chunk) => hash.update(chunk))
  const whole = borrowed(bytes)
  try {
    await unpack(whole.iterable, { tally, path: null, depth: 0 })
    await whole.drain()
  } catch (error) {
    throw isFailure(error) || error instanceof RefusedArtifact
      ? error
      : new RefusedArtifact(`it cannot be unpacked: ${messageOf(error)}`)
  } finally {
    // Not awaited: a store that has stopped sending would keep us here until the signal, with the
    // outcome already known.
    bytes.return(undefined).catch(() => undefined)
  }
  return {
    storedBytes: tally.stored,
    sha256: hash.digest('hex'),
    contentBytes: tally.content,
    files: tally.files,
  }
}

interface Tally {
  readonly limits: ArtifactLimits
  readonly wanted: Wanted
  stored: number
  unpacked: number
  content: number
  files: number | null
}

interface Place {
  readonly tally: Tally
  readonly path: string | null
  readonly depth: number
}

type Bytes = AsyncIterable<Uint8Array>

/**
 * The bytes as they come in, counted and capped; a body that ends early is the store's failure, not
 * the end of the object.
 */
async function* arriving(
  object: StoredObject,
  tally: Tally,
  see: (chunk: Uint8Array) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { storedBytes } = tally.limits
  if (object.bytes !== null && object.bytes > storedBytes)
    throw new RefusedArtifact(`it is ${object.bytes} bytes long, over the limit of ${storedBytes}`)
  for await (const chunk of object.stream) {
    tally.stored += chunk.length
    if (tally.stored > storedBytes)
      throw new RefusedArtifact(`it is longer than the limit of ${storedBytes} bytes`)
    see(chunk)
    yield chunk
  }
  if (object.bytes !== null && tally.stored < object.bytes) {
    throw new Failure('unavailable', `the store sent ${tally.stored} of ${object.bytes} bytes`)
  }
}

async function unpack(source: Bytes, place: Place): Promise<void> {
  const { head, bytes } = await peek(source, 512)
  if (isGzip(head)) return unpack(gunzipped(bytes, place.tally), deeper(place))
  if (isTar(head)) return unpackTar(bytes, deeper(place))
  const sink = place.tally.wanted(place.path)
  for await (const chunk of bytes) {
    place.tally.content += chunk.length
    sink?.write(chunk)
  }
  sink?.end?.()
}

function deeper(place: Place): Place {
  if (place.depth >= place.tally.limits.depth)
    throw new RefusedArtifact(
      `archives lie in each other more than ${place.tally.limits.depth} deep`,
    )
  return { ...place, depth: place.depth + 1 }
}

async function* gunzipped(source: Bytes, tally: Tally): Bytes {
  const gunzip = createGunzip({ chunkSize: 64 * 1024 })
  // Its rejection also reaches the reader of `gunzip`, which is where it is handled.
  pipeline(Readable.from(source, { objectMode: true }), gunzip).catch(() => undefined)
  for await (const chunk of gunzip) {
    count(tally, chunk.length)
    yield chunk
  }
}

function count(tally: Tally, bytes: number): void {
  const { unpackedBytes, ratio, ratioFrom } = tally.limits
  tally.unpacked += bytes
  if (tally.unpacked > unpackedBytes)
    throw new RefusedArtifact(`it unpacks to more than ${unpackedBytes} bytes`)
  if (tally.unpacked > ratioFrom && tally.unpacked > ratio * tally.stored) {
    throw new RefusedArtifact(`it unpacks to more than ${ratio} times its size`)
  }
}

async function unpackTar(source: Bytes, place: Place): Promise<void> {
  const { tally } = place
  tally.files ??= 0
  let entries = 0
  const extract = createExtract()
  pipeline(Readable.from(source, { objectMode: true }), extract).catch(() => undefined)
  for await (const entry of extract) {
    entries += 1
    if (entries > tally.limits.entries)
      throw new RefusedArtifact(`it holds more than ${tally.limits.entries} entries`)
    const path = safePath(entry.header.name)
    const { type } = entry.header
    if (type === 'directory') {
      entry.resume()
      continue
    }
    if (type !== 'file' && type !== 'contiguous-file')
      throw new RefusedArtifact(`${JSON.stringify(path)} is a ${type}, and only files are read`)
    tally.files += 1
    const content = borrowed(bytesOf(entry))
    if (path.includes('/')) await keep(content.iterable, tally, path)
    else await unpack(content.iterable, { ...place, path })
    await content.drain()
  }
}

async function* bytesOf(
  entry: AsyncIterable<unknown>,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of entry) if (chunk instanceof Uint8Array) yield chunk
}

async function keep(source: Bytes, tally: Tally, path: string): Promise<void> {
  const sink = tally.wanted(path)
  for await (const chunk of source) {
    tally.content += chunk.length
    sink?.write(chunk)
  }
  sink?.end?.()
}

/** The path of an entry inside its archive. Throws for one that would leave it. */
function safePath(name: string): string {
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
 * Lends an iterable to a reader that may stop early (gzip does at the first byte after its end)
 * without closing it, so that the rest can be drained: a tar goes on after each entry, and the
 * digest is of every byte.
 */
function borrowed(source: Bytes): {
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

/**
 * A header block whose checksum is right (any tar there ever was), or a block of zeros (an archive
 * without entries).
 */
function isTar(head: Buffer): boolean {
  if (head.length < 512) return false
  const stated = Number.parseInt(head.toString('latin1', 148, 156).replace(/\0.*$/, '').trim(), 8)
  const sum = head.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0)
  return sum === stated || head.every((byte) => byte === 0)
}
