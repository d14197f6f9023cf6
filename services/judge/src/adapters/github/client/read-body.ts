/**
 * Reads a body as UTF-8, or null as soon as it proves longer than `maxBytes`: the rest is then not
 * fetched. What is not UTF-8 becomes U+FFFD: a diff may hold lines of any encoding, and one odd
 * line must not cost the others.
 */
export async function readText(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<string | null> {
  const bytes = await readBytes(body, maxBytes)
  return bytes?.toString('utf8') ?? null
}

/** The same as bytes. */
export async function readBytes(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<Buffer | null> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of body) {
    size += piece.byteLength
    if (size > maxBytes) return null
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

/**
 * The last `maxBytes` of a body of any length, from the beginning of a line, holding never more
 * than twice of it.
 */
export async function readTail(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> {
  let pieces: Uint8Array[] = []
  let held = 0
  let dropped = false
  for await (const piece of body) {
    pieces.push(piece)
    held += piece.byteLength
    if (held < 2 * maxBytes) continue
    const tail = Buffer.concat(pieces).subarray(-maxBytes)
    dropped = true
    pieces = [Buffer.from(tail)]
    held = tail.byteLength
  }
  const all = Buffer.concat(pieces)
  const tail = all.subarray(-maxBytes)
  const text = tail.toString('utf8')
  const cut = dropped || tail.byteLength < all.byteLength
  const line = text.indexOf('\n')
  return cut && line >= 0 && line < text.length - 1 ? text.slice(line + 1) : text
}
