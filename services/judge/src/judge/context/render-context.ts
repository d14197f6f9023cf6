import type { Omission } from '../render-diff.ts'
import { formatNumberedLine } from '../render-hunks.ts'
import { showInvisible } from '../show-invisible.ts'
import { estimateTokens } from '../tokens.ts'
import type { CodeContext, ContextRole, Excerpt, Excerpts } from './code-context.ts'

/** The code around a change as the model reads it, and what of it is not shown. */
export interface RenderedContext {
  readonly text: string
  readonly omissions: readonly Omission[]
}

const roleTexts: Readonly<Record<ContextRole, string>> = {
  changed: 'around the change',
  test: 'a test beside what changed',
  imported: 'imported by a changed test',
}

/**
 * The excerpts that fit, each as a whole, in the order in which they matter. What does not fit, or
 * was not read, is listed with its lines.
 */
export function renderContext(
  { shown, left: beyond }: Excerpts,
  unread: CodeContext['unread'],
  tokens: number,
): RenderedContext {
  let left = tokens
  const texts: string[] = []
  const omissions: Omission[] = []
  for (const excerpt of shown) {
    const text = formatExcerpt(excerpt)
    const size = estimateTokens(text) + 2
    if (size <= left) {
      left -= size
      texts.push(text)
    } else
      omissions.push({
        text: `${formatPlace(excerpt)} (${roleTexts[excerpt.role]}), because it did not fit`,
        essential: false,
      })
  }
  const tooMuch = beyond.map(({ path, from, to }) => ({
    text: `${showInvisible(path)} lines ${from}-${to} around the change, because the file has more`,
    essential: false,
  }))
  const notRead = unread.map(({ path, because }) => ({
    text: `${showInvisible(path)} as a whole, because ${because}; the diff shows what changed in it`,
    essential: false,
  }))
  return { text: texts.join('\n\n'), omissions: [...omissions, ...tooMuch, ...notRead] }
}

const formatPlace = ({ path, from, lines }: Excerpt): string =>
  `${showInvisible(path)} lines ${from}-${from + lines.length - 1}`

function formatExcerpt(excerpt: Excerpt): string {
  const { from, lines, total, role } = excerpt
  const title = `=== ${formatPlace(excerpt)} of ${total}: ${roleTexts[role]}`
  return [title, ...lines.map((line, index) => formatNumberedLine(' ', from + index, line))].join(
    '\n',
  )
}
