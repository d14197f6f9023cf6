import { sanitizeText } from '../lib/text.ts'

/** Takes the bytes of one file as they are unpacked, and bounds what it keeps. No back-pressure. */
export interface Sink {
  write(chunk: Uint8Array): void
  end?(): void
}

export type TextSink = Sink & { readonly text: () => string }

/** Keeps the first `maxBytes` of a file as text; `cut` tells whether there were more. */
export function createHeadSink(maxBytes: number): TextSink & { readonly cut: () => boolean } {
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
    text: () => sanitizeText(Buffer.concat(chunks).toString('utf8')),
    cut: () => seen > kept,
  }
}

/** Keeps the last `maxChars` characters of a file as text. */
export function createTailSink(maxChars: number): TextSink {
  // A UTF-16 unit takes at most three bytes, and one sequence may be cut at the front.
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
    text: () => sanitizeText(kept.toString('utf8').slice(-maxChars)),
  }
}

/**
 * Passes each line of a file to `onLine`, without its end. Only \n ends a line, because agents
 * print \r and U+2028 inside theirs. A line over `maxLineBytes` is passed as null and never held.
 */
export function createLineSink(onLine: (line: string | null) => void, maxLineBytes: number): Sink {
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
