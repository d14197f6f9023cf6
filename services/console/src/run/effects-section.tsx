import {
  AlertIcon,
  CheckIcon,
  ClockIcon,
  type Icon,
  QuestionIcon,
  SkipIcon,
} from '@primer/octicons-react'
import { AgentText } from '../parts/agent-text.tsx'
import { Box } from '../parts/box.tsx'
import { formatBytes } from '../parts/format.ts'
import type { Tone } from '../parts/status.tsx'
import { Ago } from '../parts/time.tsx'
import styles from './run.module.css'
import type { Artifact, Effect, RunDetail } from './run-data.ts'
import { Section } from './section.tsx'

interface EffectFace {
  readonly icon: Icon
  readonly tone: Tone
  readonly words: string
}

const faces: Readonly<Record<string, EffectFace>> = {
  done: { icon: CheckIcon, tone: 'done', words: 'done' },
  pending: { icon: ClockIcon, tone: 'work', words: 'waits for its turn' },
  unknown: {
    icon: QuestionIcon,
    tone: 'again',
    words: 'a try was not answered; it is looked up before the next',
  },
  failed: { icon: AlertIcon, tone: 'person', words: 'failed' },
  skipped: { icon: SkipIcon, tone: 'past', words: 'skipped' },
  replaced: { icon: SkipIcon, tone: 'past', words: 'replaced by a newer one' },
}
const faceEffect = ({ state }: Effect): EffectFace =>
  faces[state] ?? { icon: QuestionIcon, tone: 'past', words: state }

/** What the service did outside, and what came of it. */
export function EffectsSection({ detail }: { readonly detail: RunDetail }) {
  const { effects } = detail
  const done = effects.filter(({ state }) => state === 'done').length
  return (
    <Section id="effects" title="Effects" aside={<span>{done} done</span>}>
      <Box>
        {effects.length === 0 ? (
          <p className={`${styles.row} muted`}>Nothing was done outside yet.</p>
        ) : (
          <table className="table">
            <thead className="sr-only">
              <tr>
                <th scope="col">Effect</th>
                <th scope="col">What came of it</th>
                <th scope="col">Time</th>
              </tr>
            </thead>
            <tbody>
              {effects.map((effect) => (
                <EffectRow key={effect.id} effect={effect} />
              ))}
            </tbody>
          </table>
        )}
      </Box>
    </Section>
  )
}

function EffectRow({ effect }: { readonly effect: Effect }) {
  const { kind, because, tries, lastError, at, nextTryAt, state } = effect
  const { icon: EffectIcon, tone, words } = faceEffect(effect)
  return (
    <tr>
      <td className="nowrap" data-tone={tone}>
        <EffectIcon className="tone" aria-label={words} /> {kind}
      </td>
      <td className="muted">
        <AgentText text={because ?? words} />
        {tries > 1 && ` · ${tries} tries`}
        {lastError !== null && state !== 'done' && (
          <div className="danger">
            <AgentText text={lastError} />
          </div>
        )}
        {nextTryAt !== null && state === 'pending' && (
          <div>
            next try <Ago at={nextTryAt} />
          </div>
        )}
      </td>
      <td className="numeric muted nowrap">
        <Ago at={at} />
      </td>
    </tr>
  )
}

const stateWords: Readonly<Record<string, string>> = {
  found: 'found',
  missing: 'missing',
  empty: 'empty',
  unavailable: 'could not be read',
  refused: 'refused',
}

/** What the agent's workflow left behind; missing ones folded. */
export function ArtifactsSection({ detail }: { readonly detail: RunDetail }) {
  const { artifacts, run } = detail
  const there = artifacts.filter(({ state }) => state !== 'missing')
  const missing = artifacts.filter(({ state }) => state === 'missing')
  const found = artifacts.filter(({ state }) => state === 'found').length
  return (
    <Section id="artifacts" title="Artifacts" aside={<span>{found} found</span>}>
      <Box>
        {artifacts.length === 0 && (
          <p className={`${styles.row} muted`}>No artifact was read yet.</p>
        )}
        {there.length > 0 && <ArtifactTable runId={run.id} artifacts={there} />}
        {missing.length > 0 && (
          <details className={styles.folded}>
            <summary className="fold">
              <strong>{missing.length} missing</strong>
              <span className="fold-names">{missing.map(({ name }) => name).join(' · ')}</span>
            </summary>
            <ArtifactTable runId={run.id} artifacts={missing} />
          </details>
        )}
      </Box>
    </Section>
  )
}

function ArtifactTable(props: { readonly runId: string; readonly artifacts: readonly Artifact[] }) {
  const { runId, artifacts } = props
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
              {state === 'found' ? (
                <a
                  href={`/api/codex/runs/${encodeURIComponent(runId)}/artifacts/${encodeURIComponent(name)}`}
                  download
                >
                  <AgentText text={name} />
                </a>
              ) : (
                <AgentText text={name} />
              )}
            </td>
            <td className="muted">
              {stateWords[state] ?? state}
              {state !== 'found' && state !== 'missing' && because !== '' && (
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
