import { ChevronRightIcon, DownloadIcon } from '@primer/octicons-react'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { fetchFromService } from '../api/request.ts'
import { AgentText } from '../parts/agent-text.tsx'
import { Box } from '../parts/box.tsx'
import { FaultBox } from '../parts/fault-box.tsx'
import { formatBytes, formatCount } from '../parts/format.ts'
import { ColouredText } from './log-window.tsx'
import styles from './run.module.css'
import type { Artifact, RunDetail } from './run-data.ts'
import { Section } from './section.tsx'
import verdicts from './verdicts.module.css'

const stateWords: Readonly<Record<Artifact['state'], string>> = {
  found: 'found',
  missing: 'missing',
  empty: 'empty',
  unavailable: 'could not be read',
  refused: 'refused',
}

/** What the agent's workflow left behind; missing ones folded. */
export function ArtifactsSection({ detail }: { readonly detail: RunDetail }) {
  const { artifacts, run } = detail
  const [opened, setOpened] = useState<string | null>(null)
  const there = artifacts.filter(({ state }) => state !== 'missing')
  const missing = artifacts.filter(({ state }) => state === 'missing')
  const found = artifacts.filter(({ state }) => state === 'found').length
  return (
    <Section id="artifacts" title="Artifacts" aside={<span>{found} found</span>}>
      <Box>
        {artifacts.length === 0 && (
          <p className={`${styles.row} muted`}>No artifact was read yet.</p>
        )}
        {there.length > 0 && (
          <ArtifactTable
            runId={run.id}
            artifacts={there}
            opened={opened}
            onOpen={(name) => setOpened(name === opened ? null : name)}
          />
        )}
        {missing.length > 0 && (
          <details className={styles.folded}>
            <summary className="fold">
              <ChevronRightIcon className="chevron" />
              <strong>{missing.length} missing</strong>
              <span className="fold-names">{missing.map(({ name }) => name).join(' · ')}</span>
            </summary>
            <ul className={styles.row}>
              {missing.map(({ name }) => (
                <li key={name}>
                  <AgentText text={name} />
                </li>
              ))}
            </ul>
          </details>
        )}
      </Box>
      {opened !== null && <ArtifactText key={opened} runId={run.id} name={opened} />}
    </Section>
  )
}

const linkToArtifact = (runId: string, name: string): string =>
  `/api/codex/runs/${encodeURIComponent(runId)}/artifacts/${encodeURIComponent(name)}`

function ArtifactTable(props: {
  readonly runId: string
  readonly artifacts: readonly Artifact[]
  readonly opened: string | null
  readonly onOpen: (name: string) => void
}) {
  const { runId, artifacts, opened, onOpen } = props
  return (
    <table className="table">
      <thead className="sr-only">
        <tr>
          <th scope="col">Artifact</th>
          <th scope="col">State</th>
          <th scope="col">Size</th>
        </tr>
      </thead>
      <tbody>
        {artifacts.map(({ name, state, bytes, because }) => (
          <tr key={name}>
            <td>
              <AgentText text={name} />
              {state === 'found' && (
                <div className={styles.links}>
                  <button
                    type="button"
                    className="link"
                    aria-expanded={name === opened}
                    onClick={() => onOpen(name)}
                  >
                    {name === opened ? 'Close' : 'Open'}
                    <span className="sr-only"> {name}</span>
                  </button>
                  <a href={linkToArtifact(runId, name)} download={`${name}.txt`}>
                    <DownloadIcon size={12} /> Download<span className="sr-only"> {name}</span>
                  </a>
                </div>
              )}
            </td>
            <td className="muted">
              {stateWords[state]}
              {state !== 'found' && because !== '' && (
                <>
                  : <AgentText text={because} />
                </>
              )}
            </td>
            <td className="numeric muted nowrap">{bytes === null ? '' : formatBytes(bytes)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** What is shown of an artifact; all of it is in the download. */
const MAX_SHOWN_CHARACTERS = 200_000

const artifactQuery = (runId: string, name: string) =>
  queryOptions({
    queryKey: ['artifact', runId, name],
    queryFn: async ({ signal }) => {
      const response = await fetchFromService(new Request(linkToArtifact(runId, name), { signal }))
      return response.text()
    },
    staleTime: Number.POSITIVE_INFINITY,
  })

function ArtifactText({ runId, name }: { readonly runId: string; readonly name: string }) {
  const query = useQuery(artifactQuery(runId, name))
  if (query.error !== null)
    return <FaultBox error={query.error} onRetry={() => void query.refetch()} />
  if (query.data === undefined) return <p className={styles.below}>Reading {name}…</p>
  const rest = query.data.length - MAX_SHOWN_CHARACTERS
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard. */}
      <section className={verdicts.words} tabIndex={0} aria-label={name}>
        <pre>
          <ColouredText text={query.data.slice(0, MAX_SHOWN_CHARACTERS)} />
        </pre>
      </section>
      {rest > 0 && (
        <p className={styles.below}>{formatCount(rest)} more characters are in the download.</p>
      )}
    </>
  )
}
