import {
  AlertFillIcon,
  CheckCircleFillIcon,
  CheckIcon,
  DotFillIcon,
  type Icon,
  PlusCircleIcon,
  XIcon,
} from '@primer/octicons-react'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { getJson } from '../api/request.ts'
import { AgentText } from '../parts/agent-text.tsx'
import { Box } from '../parts/box.tsx'
import { FaultBox } from '../parts/fault-box.tsx'
import type { Tone } from '../parts/status.tsx'
import { DiffFiles } from '../run/changes-section.tsx'
import { InstructionRow } from '../run/prompts-section.tsx'
import page from '../run/run.module.css'
import { Section } from '../run/section.tsx'
import type { BlockerState, Comparison, IssueAnswer } from './issue-data.ts'
import { PromptDiff } from './prompt-diff.tsx'

type Run = IssueAnswer['runs'][number]

const compareQuery = (path: string, a: string, b: string) =>
  queryOptions({
    queryKey: ['compare', path, a, b],
    queryFn: ({ signal }) =>
      getJson<Comparison>(`${path}/compare?${new URLSearchParams({ a, b })}`, signal),
  })

/** What the later of two attempts made of the earlier one. */
export function CompareSection(props: { readonly path: string; readonly a: Run; readonly b: Run }) {
  const { path, a, b } = props
  const query = useQuery(compareQuery(path, a.id, b.id))
  return (
    <>
      <h2 className={page.compareTitle}>
        What changed from attempt {a.attempt} to {b.attempt}
      </h2>
      {query.error !== null && (
        <FaultBox error={query.error} onRetry={() => void query.refetch()} />
      )}
      {query.data !== undefined && <Comparisons comparison={query.data} a={a} b={b} />}
    </>
  )
}

function Comparisons(props: { readonly comparison: Comparison; readonly a: Run; readonly b: Run }) {
  const { comparison, a, b } = props
  const { same, interdiff, uptake } = comparison
  return (
    <>
      {same.diff && <Same text="Both attempts have the same diff: nothing was changed." />}
      {same.failure && <Same text="Both attempts failed in the same way." />}
      <Blockers comparison={comparison} />
      <Section id="interdiff" title="Changes between their heads">
        {interdiff === null ? (
          <Box>
            <p className={`${page.row} muted`}>One of the two diffs is not kept any more.</p>
          </Box>
        ) : (
          <DiffFiles diff={{ files: interdiff, since: { runId: a.id, attempt: a.attempt } }} />
        )}
      </Section>
      <Requirements comparison={comparison} a={a} b={b} />
      <Section id="prompt-diff" title={`How the prompt of attempt ${b.attempt} differs`}>
        <PromptDiff before={comparison.prompts.a} after={comparison.prompts.b} />
      </Section>
      {uptake.length > 0 && (
        <Section id="uptake" title={`What attempt ${b.attempt} made of its instructions`}>
          <Box>
            <ol>
              {uptake.map((instruction, index) => (
                <InstructionRow
                  key={instruction.id}
                  instruction={instruction}
                  name={`r${index + 1}`}
                />
              ))}
            </ol>
          </Box>
        </Section>
      )}
    </>
  )
}

function Same({ text }: { readonly text: string }) {
  return (
    <div className={`${page.became} ${page.same}`} data-tone="person">
      <AlertFillIcon />
      <strong>{text}</strong>
    </div>
  )
}

const faces: Readonly<
  Record<BlockerState, { readonly icon: Icon; readonly tone: Tone; readonly words: string }>
> = {
  undone: { icon: AlertFillIcon, tone: 'person', words: 'once fixed, and now undone' },
  still: { icon: DotFillIcon, tone: 'again', words: 'still there' },
  new: { icon: PlusCircleIcon, tone: 'again', words: 'new' },
  fixed: { icon: CheckCircleFillIcon, tone: 'done', words: 'fixed' },
}
const order = Object.keys(faces)

function Blockers({ comparison }: { readonly comparison: Comparison }) {
  const blockers = comparison.blockers.toSorted(
    (a, b) => order.indexOf(a.state) - order.indexOf(b.state),
  )
  return (
    <Section id="blockers" title="Blockers">
      <Box>
        {blockers.length === 0 && (
          <p className={`${page.row} muted`}>Neither attempt had a blocker that is known.</p>
        )}
        <ul>
          {blockers.map(({ id, title, state }) => {
            const { icon: StateIcon, tone, words } = faces[state]
            return (
              <li key={id} className={page.row} data-tone={tone}>
                <StateIcon className="tone" />
                <div>
                  <strong>
                    <AgentText text={title} />
                  </strong>{' '}
                  <span className="tone">{words}</span>
                </div>
              </li>
            )
          })}
        </ul>
      </Box>
    </Section>
  )
}

function Requirements(props: {
  readonly comparison: Comparison
  readonly a: Run
  readonly b: Run
}) {
  const { comparison, a, b } = props
  if (comparison.requirements.length === 0) return null
  return (
    <Section id="requirements" title="Verdicts by requirement">
      <Box>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Requirement</th>
              <th scope="col">Attempt {a.attempt}</th>
              <th scope="col">Attempt {b.attempt}</th>
            </tr>
          </thead>
          <tbody>
            {comparison.requirements.map((row) => (
              <tr key={row.requirement}>
                <td>
                  <AgentText text={row.requirement} />
                </td>
                <td>
                  <Met result={row.a} />
                </td>
                <td>
                  <Met result={row.b} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Box>
    </Section>
  )
}

function Met({ result }: { readonly result: 'met' | 'unmet' | null }) {
  if (result === null) return <span className="muted">not judged</span>
  return result === 'met' ? (
    <span className="nowrap">
      <CheckIcon className="success" /> met
    </span>
  ) : (
    <span className="nowrap">
      <XIcon className="danger" /> not met
    </span>
  )
}
