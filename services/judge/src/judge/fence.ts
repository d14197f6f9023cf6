import { sha256 } from '../lib/ids.ts'

/** Puts untrusted text between two lines that nothing inside can imitate. */
export interface Fence {
  readonly mark: string
  wrap(label: string, text: string): string
}

/**
 * A fence for these texts: its mark is derived from them, so the same prompt is built from the same
 * evidence, and it occurs in none of them, so no text can end its own fence. Whoever writes a text
 * would have to know the digest of what contains it. `digest` is an argument only so that a test
 * can make it collide.
 */
export function fenceFor(
  texts: readonly string[],
  digest: (text: string) => string = sha256,
): Fence {
  for (let salt = 0; ; salt += 1) {
    const mark = `data-${digest([String(salt), ...texts.map((text) => digest(text))].join('\n')).slice(0, 16)}`
    if (texts.some((text) => text.includes(mark))) continue
    return { mark, wrap: (label, text) => `<<<${mark} ${label}\n${text}\n${mark}>>>` }
  }
}
