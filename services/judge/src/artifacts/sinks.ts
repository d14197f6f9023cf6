import { tidyText } from '../lib/text.ts'

/**
 * Takes the bytes of one file as they are unpacked. It bounds what it keeps; it is never asked to
 * slow down.
 */
export interface Sink {
  write(chunk: Uint8Array): void
  end?(): void
}

/** Keeps the first `maxBytes` of a file as text. */
export function headText(
  maxBytes: number,
): Sink & { readonly text: () => string; readonly cut: () => boolean } {
  const chunks: Uint8Array[] = []
  let kept = 0
  let seen = 0
  return {
    write(chunk) {
      seen += chunk.length
      if (kept >= maxBytes) return
      // A copy, because a slice would keep the whole buffer it came from alive.
      const part = Buffer.from(chunk.subarray(0, maxBytes - kept))
      kept += part.length
      chunks.push(part)
    },
    text: () => tidyText(Buffer.concat(chunks).toString('utf8')),
    cut: () => seen > kept,
  }
}

/** Keeps the last `maxChars` characters of a file as text. */
export function tailText(maxChars: number): Sink & { readonly text: () => string } {
  // A character takes at most three bytes a UTF-16 unit; one more sequence may be cut at the front.
  const maxBytes = maxChars * 3 + 4
  let kept = Buffer.alloc(0)
  return {
    write(chunk) {
      const joined = Buffer.concat([kept, chunk.subarray(Math.max(0, chunk.length - maxBytes))])
      kept =
        joined.length > maxBytes * 2
          ? Buffer.from(joined.subarray(joined.length - maxBytes))
          : joined
    },
    text: () => tidyText(kept.toString('utf8').slice(-maxChars)),
  }
}

/**
 * Hands on each line of a file without its end. Lines end at \n alone: agents print \r and U+2028
 * inside theirs. A line over `maxLineBytes` is handed on as null, and so never held.
 */
export function lines(onLine: (line: string | null) => void, maxLineBytes: number): Sink {
  let parts: Uint8Array[] = []
  let held = 0
  let tooLong = false
  const flush = (): void => {
    if (tooLong) onLine(null)
    else if (held > 0) onLine(Buffer.concat(parts).toString('utf8'))
    parts = []
    held = 0
    tooLong = false
  }
  const hold = (part: Uint8Array): void => {
    held += part.length
    if (held > maxLineBytes) {
      tooLong = true
      parts = []
    } else if (part.length > 0) parts.push(Buffer.from(part))
  }
  return {
    write(chunk) {
      let from = 0
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
        hold(chunk.subarray(from, at))
        flush()
        from = at + 1
      }
      hold(chunk.subarray(from))
    },
    end: flush,
  }
}
