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
import type { Tone } from '../parts/status.tsx'
import { Ago } from '../parts/time.tsx'
import styles from './run.module.css'
import type { Effect, RunDetail } from './run-data.ts'
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
