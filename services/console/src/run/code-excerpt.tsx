import { AgentText } from '../parts/agent-text.tsx'
import styles from './diff.module.css'
import { LogWindow } from './log-window.tsx'
import type { Excerpt } from './run-data.ts'

type ExcerptLine = Excerpt['lines'][number]

const signs: Readonly<Record<ExcerptLine['kind'], string>> = {
  added: '+',
  removed: '−',
  context: '',
  log: '',
  error: '',
}
const isLog = ({ kind }: ExcerptLine): boolean => kind === 'log' || kind === 'error'

/** A few lines of code or of a log. `marked` is the number of the line that they are about. */
export function CodeExcerpt(props: {
  readonly name: string
  readonly excerpt: Excerpt
  readonly marked: number | null
}) {
  const { name, excerpt, marked } = props
  if (excerpt.lines.some(isLog))
    return (
      <LogWindow
        name={`Log: ${name}`}
        lines={excerpt.lines.map(({ number, kind, text }) => ({
          number,
          text,
          isError: kind === 'error',
        }))}
      />
    )
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard.
    <section className={styles.scroll} tabIndex={0} aria-label={`Lines of ${name}`}>
      <table className={styles.diff}>
        <tbody>
          {excerpt.lines.map((line, index) => (
            <tr
              // biome-ignore lint/suspicious/noArrayIndexKey: the lines of an excerpt do not move.
              key={index}
              className={`${styles[line.kind] ?? ''} ${line.number === marked && line.kind !== 'removed' ? styles.marked : ''}`}
            >
              <td className={styles.number}>{line.number}</td>
              <td className={styles.sign} aria-hidden="true">
                {signs[line.kind]}
              </td>
              <td>
                <AgentText text={line.text} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
