/** An error's text has a few hundred bytes; the rest of a longer one is not read. */
const MAX_BYTES = 65_536

/**
 * The beginning of a body as text. A body that is cut off does not invalidate the status, so this
 * never rejects.
 */
export async function readFirstBytes(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const chunk of response.body ?? []) {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes >= MAX_BYTES) break
    }
  } catch {
    // The status is already known.
  }
  return Buffer.concat(chunks).subarray(0, MAX_BYTES).toString('utf8')
}
