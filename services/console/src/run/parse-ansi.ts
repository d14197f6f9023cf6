import Anser from 'anser'

/** A part of a log line with the classes of its colours; the text is never HTML. */
export interface LogSpan {
  readonly text: string
  readonly classes: readonly string[]
}

const ESCAPE = '\u001b'

/** Colours of a 256 or 16 million palette have no theme, and would fail the contrast of one. */
const isNamedColour = (name: string | null): name is string =>
  name?.startsWith('ansi-') === true && !/palette|truecolor/.test(name)

/** The parts of a log line by its ANSI colours. Sequences that are no colours are dropped. */
export function parseAnsi(line: string): readonly LogSpan[] {
  if (!line.includes(ESCAPE)) return [{ text: line, classes: [] }]
  return Anser.ansiToJson(line, { use_classes: true, remove_empty: true }).map((part) => ({
    text: part.content,
    classes: [part.fg, ...part.decorations.map((name) => `ansi-${name}`)].filter(isNamedColour),
  }))
}
