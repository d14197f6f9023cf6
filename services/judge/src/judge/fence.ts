import { sha256 } from '../lib/ids.ts'
import { removeInvisible } from './show-invisible.ts'

/** Encloses untrusted text in two lines that the text cannot imitate. */
export interface TextFence {
  readonly mark: string
  wrap(label: string, text: string): string
}

/**
 * A fence whose mark occurs in none of the texts, not even in wide letters or with invisible ones
 * in between, so that no text can end its own fence. The mark
 * is derived from the texts, so that the same evidence gives the same prompt. `digest` is an
 * argument only so that a test can make it collide.
 */
export function createFence(
  texts: readonly string[],
  digest: (text: string) => string = sha256,
): TextFence {
  const disguised = texts.map((text) => removeInvisible(text).normalize('NFKC').toLowerCase())
  for (let salt = 0; ; salt += 1) {
    const digests = texts.map((text) => digest(text))
    const mark = `data-${digest([String(salt), ...digests].join('\n')).slice(0, 16)}`
    if ([...texts, ...disguised].some((text) => text.includes(mark))) continue
    return { mark, wrap: (label, text) => `<<<${mark} ${label}\n${text}\n${mark}>>>` }
  }
}
