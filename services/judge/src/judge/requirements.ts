import type { Requirement } from './verdict.ts'

/** A list item, with or without a task box. */
const itemPattern = /^\s*(?:[-*+]|\d{1,9}[.)])(?:\s+(.*))?$/
const taskPattern = /^\[[ xX]\](?:\s+(.*))?$/
const headingPattern = /^ {0,3}(#{1,6})(?:\s+(.*?))?(?:\s+#+)?\s*$/
const fencePattern = /^\s*(?:(?:[-*+]|\d{1,9}[.)])\s+)*(`{3,}|~{3,})(.*)$/

interface ListItem {
  readonly text: string
  readonly task: boolean
  readonly acceptance: boolean
}

/**
 * The issue's requirements, numbered from 1: the list items under a heading `Acceptance` or
 * `Acceptance criteria` of any level, else the task-list items, else title and body as one. Nested
 * items count like others, and ticked boxes like open ones, since a tick does not prove anything.
 * Code blocks and HTML comments are skipped.
 *
 * There is always at least one requirement, so that no answer can pass by having nothing to prove.
 */
export function extractRequirements(title: string, body: string): readonly Requirement[] {
  const items = listItems(body)
  const accepted = items.filter(({ acceptance }) => acceptance)
  const chosen = accepted.length > 0 ? accepted : items.filter(({ task }) => task)
  const texts = chosen.length > 0 ? chosen.map(({ text }) => text) : [joinIssueText(title, body)]
  return texts.map((text, index) => ({ number: index + 1, text }))
}

/** Title and body as one requirement. */
export function joinIssueText(title: string, body: string): string {
  const text = [title, body]
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join('\n\n')
  return text === '' ? 'The issue has no text.' : text
}

function listItems(body: string): readonly ListItem[] {
  const items: ListItem[] = []
  let open: { parts: string[]; task: boolean; acceptance: boolean } | null = null
  let section: number | null = null
  const close = (): void => {
    const text = open?.parts.join(' ').replace(/\s+/g, ' ').trim() ?? ''
    if (open && text !== '') items.push({ text, task: open.task, acceptance: open.acceptance })
    open = null
  }
  const lines = extractProseLines(body)
  for (const [index, line] of lines.entries()) {
    const heading = findHeading(lines, index)
    const item = heading ? null : itemPattern.exec(line)
    if (heading) {
      close()
      if (isAcceptance(heading.text)) section = heading.level
      else if (section !== null && heading.level <= section) section = null
    } else if (item) {
      close()
      const content = item[1] ?? ''
      const task = taskPattern.exec(content)
      open = {
        parts: [task ? (task[1] ?? '') : content],
        task: task !== null,
        acceptance: section !== null,
      }
    } else if (line.trim() === '') close()
    else open?.parts.push(line.trim())
  }
  close()
  return items
}

/** The heading at this line: `# text`, or a line that the next one underlines. */
function findHeading(
  lines: readonly string[],
  index: number,
): { level: number; text: string } | null {
  const line = lines[index] ?? ''
  const atx = headingPattern.exec(line)
  if (atx) return { level: atx[1]?.length ?? 1, text: atx[2] ?? '' }
  const underline = /^ {0,3}(=+|-+)\s*$/.exec(lines[index + 1] ?? '')
  if (!underline || line.trim() === '' || itemPattern.test(line)) return null
  return { level: underline[1]?.startsWith('=') ? 1 : 2, text: line.trim() }
}

function isAcceptance(heading: string): boolean {
  const words = heading.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '').replace(/\s+/g, ' ')
  return /^acceptance(?: criteria)?$/i.test(words)
}

/** The lines of the body, with those of code blocks and comments emptied. */
function extractProseLines(body: string): readonly string[] {
  let fence: string | null = null
  const lines = body
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .map((line) => {
      const mark = fencePattern.exec(line)?.[1]
      if (fence !== null) {
        if (mark?.startsWith(fence) && line.trim() === mark) fence = null
        return ''
      }
      if (mark === undefined) return line
      fence = mark
      return ''
    })
  return lines
    .join('\n')
    .replace(/<!--[\s\S]*?-->/g, (comment) => comment.replace(/[^\n]/g, ''))
    .split('\n')
}
