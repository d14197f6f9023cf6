import { stripVTControlCharacters, styleText } from 'node:util'

export type Style = Parameters<typeof styleText>[0]

/** Colours text where standard output is a terminal that shows colours. */
export const paint = (style: Style, text: string): string =>
  styleText(style, text, { stream: process.stdout })

/** Who speaks in a line of the story. */
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

/** How a status looks, wherever it is shown. */
export const statusStyle = (status: string): Style => {
  if (status === 'completed') return ['bold', 'green']
  if (status === 'needs_iteration') return ['bold', 'yellow']
  return status === 'needs_human' ? ['bold', 'red'] : 'cyan'
}

const looks: Readonly<Record<Speaker, Style>> = {
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
  /** The story begins now: its times are counted from here. */
  readonly begin: () => void
  /** One event: who, about which issue, what. */
  readonly tell: (who: Speaker, issue: number | null, what: string) => void
  /** Some lines that belong to the event before them, such as a message that was sent. */
  readonly quote: (text: string) => void
  readonly heading: (text: string) => void
  /** Any text, as it is. */
  readonly say: (text: string) => void
}

/** Tells the story line by line, with times in seconds; `now` is in milliseconds. */
export function createNarrator(now: () => number, write: (line: string) => void): Narrator {
  // Some signs are wider than one column.
  const columns = process.stdout.isTTY ? process.stdout.columns - 2 : Number.POSITIVE_INFINITY
  let began = now()
  return {
    begin: () => {
      began = now()
    },
    tell: (who, issue, what) => {
      const time = `${((now() - began) / 1000).toFixed(1)}s`.padStart(7)
      const about = (issue === null ? '' : `#${issue}`).padEnd(6)
      const name = who.padEnd(11)
      const line = `${paint('dim', time)}  ${paint('bold', about)} ${paint(looks[who], name)} ${what}`
      write(fitted(line, columns))
    },
    quote: (text) => {
      for (const line of text.split('\n'))
        write(fitted(`${' '.repeat(28)}${paint('dim', '│')} ${line}`, columns))
    },
    heading: (text) => {
      write('')
      write(paint('bold', text))
    },
    say: write,
  }
}

/**
 * One event is one line: on a terminal, what does not fit is left out, and the table says it in
 * full.
 */
function fitted(line: string, columns: number): string {
  const plain = stripVTControlCharacters(line)
  if (plain.length <= columns) return line
  let left = columns - 1
  const kept = line.split(controls).map((part, index) => {
    // Every other part is a control sequence, which takes no room.
    if (index % 2 === 1) return part
    const shown = part.slice(0, Math.max(0, left))
    left -= shown.length
    return shown
  })
  return `${kept.join('')}…`
}

const controls = new RegExp(`(${String.fromCharCode(27)}\\[[0-9;]*m)`)
