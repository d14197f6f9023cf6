import { AlertIcon, CheckIcon, XIcon } from '@primer/octicons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { AgentText } from '../parts/agent-text.tsx'
import { Box } from '../parts/box.tsx'
import { FaultBox } from '../parts/fault-box.tsx'
import { Pill } from '../parts/pill.tsx'
import { EvidenceItem } from './gates-section.tsx'
import styles from './run.module.css'
import type { Instruction, Instructions, RunDetail } from './run-data.ts'
import { instructionsQuery } from './run-queries.ts'
import { Section } from './section.tsx'
import verdicts from './verdicts.module.css'

type Side = 'given' | 'next'

const titles: Readonly<Record<Side, string>> = {
  given: 'What this attempt was asked to do',
  next: 'What the next attempt is asked to do',
}

/** Instruction by instruction, what this attempt was asked to do and what the next one is. */
export function PromptsSection({ detail }: { readonly detail: RunDetail }) {
  const { run } = detail
  const hasNext = run.status === 'needs_iteration' || run.status === 'needs_human'
  const [side, setSide] = useState<Side>(run.status === 'needs_iteration' ? 'next' : 'given')
  const [isRaw, setRaw] = useState(false)
  const query = useQuery(instructionsQuery(run.id))
  const shown = hasNext ? side : 'given'
  const other: Side = shown === 'given' ? 'next' : 'given'
  return (
    <Section
      id="prompts"
      title={titles[shown]}
      isFar
      aside={
        <>
          <button type="button" className="link" onClick={() => setRaw(!isRaw)}>
            {isRaw ? 'By instruction' : 'As sent'}
          </button>
          {hasNext && (
            <button type="button" className="link" onClick={() => setSide(other)}>
              {titles[other]}
            </button>
          )}
        </>
      }
    >
      {query.data !== undefined &&
        (isRaw ? (
          <AsSent text={shown === 'given' ? query.data.givenText : query.data.nextText} />
        ) : (
          <Items instructions={query.data} side={shown} task={run.prompt} />
        ))}
      {query.error !== null && (
        <FaultBox error={query.error} onRetry={() => void query.refetch()} />
      )}
    </Section>
  )
}

function AsSent({ text }: { readonly text: string | null }) {
  if (text === null)
    return (
      <Box>
        <p className={`${styles.row} muted`}>No prompt is known.</p>
      </Box>
    )
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard.
    <section className={verdicts.words} tabIndex={0} aria-label="The prompt as sent">
      <pre>
        <AgentText text={text} />
      </pre>
    </section>
  )
}

/** Longer tasks are shown in full under "As sent" only. */
const MAX_TASK_CHARACTERS = 400

function Items(props: {
  readonly instructions: Instructions
  readonly side: Side
  readonly task: string | null
}) {
  const { instructions, side, task } = props
  const items = instructions[side]
  return (
    <Box>
      <ol>
        {task !== null && (
          <li className={styles.instruction}>
            <span className={styles.instructionId}>task</span>
            <div>
              <AgentText text={shortenTask(task)} />
            </div>
            <span className="muted small">
              {side === 'next' ? 'unchanged' : items.length === 0 ? 'first attempt' : ''}
            </span>
          </li>
        )}
        {items.map((instruction, index) => (
          <InstructionRow key={instruction.id} instruction={instruction} name={`r${index + 1}`} />
        ))}
        {task === null && items.length === 0 && (
          <li className={`${styles.row} muted`}>No instruction is known.</li>
        )}
      </ol>
    </Box>
  )
}

/** Precedes what the service adds to the task of a later attempt. */
const END_OF_TASK = '<!-- codex-judge: end of the task'

function shortenTask(prompt: string): string {
  const task = prompt.split(END_OF_TASK, 1)[0]?.trim() ?? ''
  return task.length <= MAX_TASK_CHARACTERS
    ? task
    : `${task.slice(0, MAX_TASK_CHARACTERS).trimEnd()}…`
}

/** One instruction: its words, its evidence, and what became of it. */
export function InstructionRow(props: {
  readonly instruction: Instruction
  readonly name: string
}) {
  const { instruction, name } = props
  const { id, text, evidence, uptake, because } = instruction
  return (
    <li className={styles.instruction}>
      <span className={styles.instructionId} title={id}>
        {name}
      </span>
      <div>
        <strong>
          <AgentText text={text} />
        </strong>
        {evidence.length > 0 && (
          <div className="meta">
            {evidence.map((item, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: evidence keeps its order.
              <EvidenceItem key={index} evidence={item} />
            ))}
          </div>
        )}
      </div>
      <div>
        {uptake !== null && <Uptake result={uptake} />}
        {because !== null && because !== '' && (
          <div className="small muted">
            <AgentText text={because} />
          </div>
        )}
      </div>
    </li>
  )
}

const uptakeFaces = {
  obeyed: { icon: CheckIcon, tone: 'done' },
  ignored: { icon: AlertIcon, tone: 'again' },
  worse: { icon: XIcon, tone: 'person' },
} as const

/** What became of an instruction, as icon and word. */
function Uptake({ result }: { readonly result: NonNullable<Instruction['uptake']> }) {
  const { icon: UptakeIcon, tone } = uptakeFaces[result]
  return (
    <Pill tone={tone}>
      <UptakeIcon size={12} />
      {result}
    </Pill>
  )
}
