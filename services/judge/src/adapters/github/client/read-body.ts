import { sanitizeText } from '../../../lib/text.ts'

/**
 * Reads a body as UTF-8; null if it exceeds `maxBytes`, without fetching the rest. NUL and invalid
 * UTF-8 become U+FFFD, because the lines of a diff can have any encoding, and git prints a file
 * with a NUL behind its first 8,000 bytes as text.
 */
export async function readBodyText(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<string | null> {
  const bytes = await readBodyBytes(body, maxBytes)
  return bytes === null ? null : decodeText(bytes)
}

/** Bytes of any encoding as a text that can be stored. */
export const decodeText = (bytes: Buffer): string => sanitizeText(bytes.toString('utf8'))

/** Reads a body as bytes; null if it exceeds `maxBytes`, without fetching the rest. */
export async function readBodyBytes(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<Buffer | null> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.byteLength
    if (size > maxBytes) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/**
 * Reads at most the last `maxBytes` of a body as `readBodyText` does, from the start of a line on.
 * It holds at most twice as many bytes in memory.
 */
export async function readBodyTail(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<string> {
  let chunks: Uint8Array[] = []
  let size = 0
  let isCut = false
  for await (const chunk of body) {
    chunks.push(chunk)
    size += chunk.byteLength
    if (size < 2 * maxBytes) continue
    const tail = Buffer.concat(chunks).subarray(-maxBytes)
    isCut = true
    chunks = [Buffer.from(tail)]
    size = tail.byteLength
  }
  const all = Buffer.concat(chunks)
  const tail = all.subarray(-maxBytes)
  const text = decodeText(tail)
  isCut ||= tail.byteLength < all.byteLength
  const lineEnd = text.indexOf('\n')
  return isCut && lineEnd >= 0 && lineEnd < text.length - 1 ? text.slice(lineEnd + 1) : text
}
