import { useEffect, useState } from 'react'
import { AgentText } from '../parts/agent-text.tsx'
import styles from './diff.module.css'
import type { LogSpan } from './parse-ansi.ts'

export interface LogLine {
  /** Null where the number is not known. */
  readonly number: number | null
  readonly text: string
  readonly isError: boolean
}

type ParseLine = (line: string) => readonly LogSpan[]

const parsePlain: ParseLine = (text) => [{ text, classes: [] }]

/** Lines of a log with their colours, wrapped; the line of the error is marked. */
export function LogWindow(props: { readonly name: string; readonly lines: readonly LogLine[] }) {
  const { name, lines } = props
  const parse = useAnsi(lines.some(({ text }) => text.includes('\u001b')))
  return (
    <ol className={styles.log} aria-label={name}>
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines of a log do not move.
        <li key={index} className={line.isError ? styles.error : undefined}>
          <span>{line.number}</span>
          <span>
            {line.isError && <span className="sr-only">error: </span>}
            <Spans spans={parse(line.text)} />
          </span>
        </li>
      ))}
    </ol>
  )
}

/** A longer text with the colours of a terminal. */
export function ColouredText({ text }: { readonly text: string }) {
  const parse = useAnsi(text.includes('\u001b'))
  return (
    <span className={styles.coloured}>
      <Spans spans={parse(text)} />
    </span>
  )
}

function Spans({ spans }: { readonly spans: readonly LogSpan[] }) {
  return spans.map((span, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text have no other name.
    <span key={index} className={span.classes.join(' ')}>
      <AgentText text={span.text} />
    </span>
  ))
}

/** The parser of colours, once it is loaded and if there are any. */
function useAnsi(isNeeded: boolean): ParseLine {
  const [parse, setParse] = useState<ParseLine>(() => parsePlain)
  useEffect(() => {
    if (isNeeded) void import('./parse-ansi.ts').then(({ parseAnsi }) => setParse(() => parseAnsi))
  }, [isNeeded])
  return parse
}
