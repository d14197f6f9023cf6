import { stripVTControlCharacters } from 'node:util'

const FONT_PX = 14
/** The width of a character in common monospace fonts, and the height of a line. */
const COLUMN_PX = 8.4
const LINE_PX = 19
const PADDING_PX = 18
const TITLE_BAR_PX = 34
export const PICTURE_COLUMNS = 100

/** A part of a line in one style, and the columns that it takes. */
interface Run {
  readonly text: string
  readonly classes: readonly string[]
  readonly column: number
  readonly width: number
}

/** Colours of a dark terminal, by SGR code. */
const classBySgr: Readonly<Record<string, string>> = {
  1: 'bold',
  2: 'dim',
  31: 'red',
  32: 'green',
  33: 'yellow',
  34: 'blue',
  35: 'magenta',
  36: 'cyan',
  90: 'gray',
}

const STYLE = `text { font: ${FONT_PX}px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
  fill: #c9d1d9; white-space: pre }
.bold { font-weight: 700 } .dim { fill: #7d8590 } .gray { fill: #8b949e }
.red { fill: #ff7b72 } .green { fill: #56d364 } .yellow { fill: #e3b341 }
.blue { fill: #79c0ff } .magenta { fill: #d2a8ff } .cyan { fill: #76e3ea }`

/** Draws lines of terminal output, with their colours, as an SVG picture of a terminal. */
export function drawTerminal(title: string, lines: readonly string[]): string {
  const width = Math.ceil(PICTURE_COLUMNS * COLUMN_PX + 2 * PADDING_PX)
  const height = TITLE_BAR_PX + lines.length * LINE_PX + 2 * PADDING_PX
  const texts = lines.flatMap((line, index) => {
    const y = TITLE_BAR_PX + PADDING_PX + index * LINE_PX + FONT_PX
    return splitRuns(line).map((run) => drawRun(run, y))
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>${escapeXml(title)}</title>
<style>
${STYLE}
</style>
<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="10" fill="#0d1117" stroke="#30363d"/>
<circle cx="22" cy="20" r="6" fill="#ff5f57"/>
<circle cx="42" cy="20" r="6" fill="#febc2e"/>
<circle cx="62" cy="20" r="6" fill="#28c840"/>
<text class="dim" x="${width / 2}" y="25" text-anchor="middle">${escapeXml(title)}</text>
${texts.join('\n')}
</svg>
`
}

/** How many lines of a quoted text the picture shows. */
const QUOTE_LINES = 6

/** An event, as opposed to a line of a quoted text. */
const eventPattern = /^ *\d+\.\ds #(\d+) /

/**
 * Selects what the picture shows of the demo: the beginning, the events of one issue, and the table.
 * `⋮` marks what is left out.
 */
export function selectScenes(lines: readonly string[], issue: number): readonly string[] {
  const plain = lines.map(stripVTControlCharacters)
  const firstEvent = plain.findIndex((line) => eventPattern.test(line))
  const table = plain.findIndex((line) => line.startsWith('What was decided'))
  const events: string[] = []
  let quoteLines = 0
  for (const [index, line] of lines.slice(0, table).entries()) {
    if (index < firstEvent) continue
    const [, about] = eventPattern.exec(plain[index] ?? '') ?? []
    if (about === undefined) quoteLines += 1
    else quoteLines = about === String(issue) ? 0 : QUOTE_LINES
    if (quoteLines < QUOTE_LINES) events.push(line)
  }
  return [...lines.slice(0, firstEvent), '  ⋮', ...events, '  ⋮', '', ...lines.slice(table)]
}

function drawRun({ text, classes, column, width }: Run, y: number): string {
  const x = PADDING_PX + column * COLUMN_PX
  const className = classes.length > 0 ? ` class="${classes.join(' ')}"` : ''
  // A fixed length keeps the columns aligned in fonts of another width.
  const length = ` textLength="${formatPx(width * COLUMN_PX)}" lengthAdjust="spacingAndGlyphs"`
  return `<text${className} x="${formatPx(x)}" y="${y}"${length}>${escapeXml(text)}</text>`
}

const sgrPattern = new RegExp(`${String.fromCharCode(27)}\\[([0-9;]*)m`)

function splitRuns(line: string): readonly Run[] {
  const runs: Run[] = []
  const active = new Set<string>()
  let column = 0
  for (const [index, part] of line.split(sgrPattern).entries()) {
    if (index % 2 === 1) {
      applySgr(active, part)
      continue
    }
    // Words are drawn one by one, so that wide signs cannot shift what follows them.
    for (const text of part.split(/( {2,})/)) {
      const width = countColumns(text)
      if (text.trim() !== '') runs.push({ text, classes: [...active], column, width })
      column += width
    }
  }
  return runs
}

function applySgr(active: Set<string>, codes: string): void {
  for (const code of codes.split(';')) {
    const className = classBySgr[code]
    if (className) active.add(className)
    else if (code === '22') for (const weight of ['bold', 'dim']) active.delete(weight)
    else if (code === '39')
      for (const name of active) if (name !== 'bold' && name !== 'dim') active.delete(name)
  }
}

/** The columns of a text on a terminal, where an emoji takes two. */
const countColumns = (text: string): number =>
  [...text].reduce((sum, sign) => {
    if (sign === '\ufe0f') return sum
    return sum + (/\p{Emoji_Presentation}|⚠/u.test(sign) ? 2 : 1)
  }, 0)

const formatPx = (value: number): string => String(Math.round(value * 10) / 10)

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
