import { gzipSync } from 'node:zlib'
import { type Header, pack } from 'tar-stream'

/** An entry of an archive under test; content is its text or bytes. */
export interface Entry extends Partial<Header> {
  readonly name: string
  readonly content?: string | Buffer
}

export async function tar(...entries: readonly Entry[]): Promise<Buffer> {
  const archive = pack()
  for (const { content, ...header } of entries) archive.entry(header, content ?? '')
  archive.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of archive)
    if (chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

export const tgz = async (...entries: readonly Entry[]): Promise<Buffer> =>
  gzipSync(await tar(...entries))

/** Bytes as a store streams them, in chunks that ignore all boundaries. */
export async function* inPieces(bytes: Uint8Array, size = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
