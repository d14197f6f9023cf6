import { stripVTControlCharacters, styleText } from 'node:util'

export type Style = Parameters<typeof styleText>[0]

/** Colours text if standard output is a terminal with colours, or if `FORCE_COLOR` is set. */
export const paint = (style: Style, text: string): string =>
  styleText(style, text, { stream: process.stdout })

/** Who acts in a line of the story. */
export type Speaker =
  | 'agent'
  | 'argo'
  | 'ci'
  | 'reviewer'
  | 'service'
  | 'github'
  | 'model'
  | 'dispatcher'
  | 'discord'

export const selectStyle = (status: string): Style => {
  if (status === 'completed') return ['bold', 'green']
  if (status === 'needs_iteration') return ['bold', 'yellow']
  return status === 'needs_human' ? ['bold', 'red'] : 'cyan'
}

const speakerStyles: Readonly<Record<Speaker, Style>> = {
  agent: 'yellow',
  argo: 'blue',
  ci: 'gray',
  reviewer: 'gray',
  service: ['bold', 'cyan'],
  github: 'magenta',
  model: 'magenta',
  dispatcher: 'magenta',
  discord: 'magenta',
}

export interface Narrator {
  /** Starts the clock of the story. */
  readonly start: () => void
  /** Prints one event: who, about which issue, what. */
  readonly tell: (who: Speaker, issue: number | null, what: string) => void
  /** Prints a text that belongs to the event before it, such as a message. */
  readonly quote: (text: string) => void
  readonly printHeading: (text: string) => void
  readonly print: (text: string) => void
}

interface NarratorOptions {
  /** In milliseconds. */
  readonly now: () => number
  readonly write: (line: string) => void
  /** The width of a line. Default: unlimited. */
  readonly columns?: number
}

/** Prints the story line by line, with times in seconds. */
export function createNarrator({
  now,
  write,
  columns = Number.POSITIVE_INFINITY,
}: NarratorOptions): Narrator {
  let startedAt = now()
  return {
    start: () => {
      startedAt = now()
    },
    tell: (who, issue, what) => {
      const time = `${((now() - startedAt) / 1000).toFixed(1)}s`.padStart(5)
      const about = (issue === null ? '' : `#${issue}`).padEnd(5)
      const name = paint(speakerStyles[who], who.padEnd(10))
      write(fitLine(`${paint('dim', time)} ${paint('bold', about)} ${name} ${what}`, columns))
    },
    quote: (text) => {
      for (const line of text.split('\n'))
        write(fitLine(`${' '.repeat(23)}${paint('dim', '│')} ${line}`, columns))
    },
    printHeading: (text) => {
      write('')
      write(paint('bold', text))
    },
    print: write,
  }
}

/** Cuts a line that is too long, so that each event takes one line. */
function fitLine(line: string, columns: number): string {
  if (stripVTControlCharacters(line).length <= columns) return line
  let left = columns - 1
  const kept = line.split(controlSequence).map((part, index) => {
    // Every other part is a control sequence, which takes no room.
    if (index % 2 === 1) return part
    const visible = part.slice(0, Math.max(0, left))
    left -= visible.length
    return visible
  })
  return `${kept.join('')}…`
}

const controlSequence = new RegExp(`(${String.fromCharCode(27)}\\[[0-9;]*m)`)
