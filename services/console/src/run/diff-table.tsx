import { CommentDiscussionIcon, type Icon, LawIcon, VerifiedIcon } from '@primer/octicons-react'
import { useEffect, useRef, useState } from 'react'
import { AgentText } from '../parts/agent-text.tsx'
import { OutLink } from '../parts/out-link.tsx'
import { Pill } from '../parts/pill.tsx'
import type { Tone } from '../parts/status.tsx'
import styles from './diff.module.css'
import { type DiffRow, ROWS_AT_ONCE, toDiffRows } from './diff-rows.ts'
import type { DiffFile, DiffMark } from './run-data.ts'

const signs = { added: '+', removed: '−', context: '' } as const
const lineNames = { added: 'added: ', removed: 'removed: ', context: '' } as const
const markIcons: Readonly<Record<DiffMark['kind'], Icon>> = {
  thread: CommentDiscussionIcon,
  finding: LawIcon,
  citation: VerifiedIcon,
}
const markTones: Readonly<Record<DiffMark['kind'], Tone>> = {
  thread: 'again',
  finding: 'again',
  citation: 'done',
}

/** The lines of one file of a diff, with what was said about them under the line it is about. */
export function DiffTable({ file }: { readonly file: DiffFile }) {
  const rows = toDiffRows(file)
  const [shown, setShown] = useState(ROWS_AT_ONCE)
  const rest = rows.length - shown
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard. */}
      <section className={styles.scroll} tabIndex={0} aria-label={`Changes in ${file.path}`}>
        <table className={styles.diff}>
          <tbody>
            {rows.slice(0, shown).map((row) => (
              <Row key={row.key} row={row} />
            ))}
          </tbody>
        </table>
      </section>
      {rest > 0 && (
        <More
          text={`Show all ${rows.length.toLocaleString('en-US')} lines`}
          onSeen={() => setShown((before) => before + ROWS_AT_ONCE)}
          onClick={() => setShown(rows.length)}
        />
      )}
    </>
  )
}

/** A button that shows the rest; being scrolled to it shows a part. */
function More(props: {
  readonly text: string
  readonly onSeen: () => void
  readonly onClick: () => void
}) {
  const { text, onSeen, onClick } = props
  const element = useRef<HTMLDivElement>(null)
  const newest = useRef(onSeen)
  newest.current = onSeen
  useEffect(() => {
    if (element.current === null) return
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) newest.current()
    })
    observer.observe(element.current)
    return () => observer.disconnect()
  }, [])
  return (
    <div ref={element} className={styles.more}>
      <button type="button" className="button small" onClick={onClick}>
        {text}
      </button>
    </div>
  )
}

function Row({ row }: { readonly row: DiffRow }) {
  if (row.kind === 'hunk')
    return (
      <tr className={styles.hunk}>
        <td className={`${styles.number} ${styles.old}`} />
        <td className={styles.number} />
        <td className={styles.sign} />
        <td>
          <AgentText text={row.text} />
        </td>
      </tr>
    )
  if (row.kind === 'mark')
    return (
      <tr className={styles.remark} data-tone={markTones[row.mark.kind]}>
        <td colSpan={4}>
          <Remark mark={row.mark} />
        </td>
      </tr>
    )
  const { line, isMarked } = row
  return (
    <tr className={`${styles[line.kind] ?? ''} ${isMarked ? styles.marked : ''}`}>
      <td className={`${styles.number} ${styles.old}`}>{line.old}</td>
      <td className={styles.number}>{line.new}</td>
      <td className={styles.sign} aria-hidden="true">
        {signs[line.kind]}
      </td>
      <td>
        <span className="sr-only">{lineNames[line.kind]}</span>
        <AgentText text={line.text} />
      </td>
    </tr>
  )
}

function Remark({ mark }: { readonly mark: DiffMark }) {
  const MarkIcon = markIcons[mark.kind]
  return (
    <div>
      <MarkIcon aria-label={mark.kind} />
      <div>
        <strong>
          <AgentText text={mark.title} />
        </strong>{' '}
        {mark.severity !== null && <Pill tone="again">{mark.severity}</Pill>}{' '}
        <span className="muted">
          {mark.author !== null && <AgentText text={mark.author} />}
          {mark.url !== null && (
            <>
              {' · '}
              <OutLink href={mark.url}>{mark.kind}</OutLink>
            </>
          )}
          {` · ${mark.state}`}
        </span>
      </div>
    </div>
  )
}
