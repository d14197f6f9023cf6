import { ChevronRightIcon } from '@primer/octicons-react'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { AgentText } from '../parts/agent-text.tsx'
import { Box } from '../parts/box.tsx'
import { FaultBox } from '../parts/fault-box.tsx'
import { formatCount } from '../parts/format.ts'
import styles from './diff.module.css'
import { countLines, isOpenAtFirst } from './diff-rows.ts'
import page from './run.module.css'
import type { Attempt, Diff, DiffFile, RunDetail } from './run-data.ts'
import { diffQuery } from './run-queries.ts'
import { Section } from './section.tsx'

const DiffTable = lazy(() => import('./diff-table.tsx').then((it) => ({ default: it.DiffTable })))

/** The change of this attempt, or only what it changed since another one. */
export function ChangesSection({ detail }: { readonly detail: RunDetail }) {
  const { run, change, attempts } = detail
  const [since, setSince] = useState<string | null>(null)
  const isKnown = change !== null
  const diff = useQuery({ ...diffQuery(run.id, run.commitSha, since), enabled: isKnown })
  const aside = change === null ? null : <Size {...change} />
  const others = attempts.filter(({ id }) => id !== run.id)
  return (
    <Section
      id="changes"
      title="Changes"
      isFar
      aside={
        <>
          {aside}
          <CompareWith attempts={others} since={since} onChange={setSince} />
        </>
      }
    >
      {diff.data !== undefined && (
        <>
          <DiffFiles key={since} diff={diff.data} />
          <Notes diff={diff.data} />
        </>
      )}
      {!isKnown && (
        <Box>
          <p className={`${page.row} muted`}>No change is known for this run.</p>
        </Box>
      )}
      {isKnown && diff.isPending && (
        <Box>
          <p className={`${page.row} muted`}>Reading the diff…</p>
        </Box>
      )}
      {diff.error !== null && <FaultBox error={diff.error} onRetry={() => void diff.refetch()} />}
    </Section>
  )
}

/** `2 files, +22 −3`. */
export function Size(props: {
  readonly files: number
  readonly additions: number
  readonly deletions: number
}) {
  const { files, additions, deletions } = props
  return (
    <span>
      {formatCount(files)} {files === 1 ? 'file' : 'files'},{' '}
      <span className={styles.plus}>+{formatCount(additions)}</span>{' '}
      <span className={styles.minus}>−{formatCount(deletions)}</span>
    </span>
  )
}

function CompareWith(props: {
  readonly attempts: readonly Attempt[]
  readonly since: string | null
  readonly onChange: (since: string | null) => void
}) {
  const { attempts, since, onChange } = props
  if (attempts.length === 0) return null
  return (
    <label className={page.choice}>
      Show
      <select value={since ?? ''} onChange={({ target }) => onChange(target.value || null)}>
        <option value="">the whole change</option>
        {attempts.map(({ id, attempt }) => (
          <option key={id} value={id}>
            only what differs from attempt {attempt}
          </option>
        ))}
      </select>
    </label>
  )
}

function Notes({ diff }: { readonly diff: Diff }) {
  const hidden = diff.files.filter(({ shownToJudge }) => shownToJudge === false)
  if (hidden.length === 0 && !diff.truncated) return null
  return (
    <p className={page.below}>
      {diff.truncated && 'Only a part of the diff was kept; the rest is on GitHub. '}
      {hidden.length > 0 &&
        `The judge was not shown ${hidden.length} of these files; they are marked.`}
    </p>
  )
}

/** The files of a diff; those with a mark are open. */
export function DiffFiles({ diff }: { readonly diff: Pick<Diff, 'files' | 'since'> }) {
  if (diff.files.length === 0)
    return (
      <Box>
        <p className={`${page.row} muted`}>
          {diff.since === null
            ? 'No change is known for this run.'
            : `Nothing differs from attempt ${diff.since.attempt}.`}
        </p>
      </Box>
    )
  return (
    <Box>
      {diff.files.map((file) => (
        <FileDetails key={file.path} file={file} />
      ))}
    </Box>
  )
}

function FileDetails({ file }: { readonly file: DiffFile }) {
  const [isOpen, setOpen] = useState(() => isOpenAtFirst(file))
  const lines = countLines(file)
  if (lines === 0)
    return (
      <div className={styles.file}>
        <div className={styles.fileHead}>
          <FileHead file={file} />
        </div>
      </div>
    )
  return (
    <details
      className={styles.file}
      open={isOpen}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary className={styles.fileHead}>
        <ChevronRightIcon className="chevron" />
        <FileHead file={file} />
      </summary>
      {isOpen && (
        <Suspense fallback={<p className={`${page.row} muted`}>Drawing {lines} lines…</p>}>
          <DiffTable file={file} />
        </Suspense>
      )}
    </details>
  )
}

function FileHead({ file }: { readonly file: DiffFile }) {
  const { path, oldPath, status, binary, shownToJudge, marks } = file
  const notes = [
    ...(status === 'modified' ? [] : [status === 'removed' ? 'deleted' : status]),
    ...(binary ? ['binary'] : []),
    ...(shownToJudge === false ? ['not shown to the judge'] : []),
    ...(marks.length === 0 ? [] : [`${marks.length} ${marks.length === 1 ? 'mark' : 'marks'}`]),
  ]
  return (
    <>
      <span className={styles.fileName}>
        {oldPath !== null && oldPath !== path && (
          <>
            <AgentText text={oldPath} /> →{' '}
          </>
        )}
        <AgentText text={path} />
      </span>
      {notes.length > 0 && <span className={styles.fileNote}>{notes.join(', ')}</span>}
      <span className={styles.plus}>+{formatCount(file.additions)}</span>
      <span className={styles.minus}>−{formatCount(file.deletions)}</span>
    </>
  )
}
