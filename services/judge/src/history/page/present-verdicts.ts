import type { Selectable } from 'kysely'
import type { Runs, VerdictLabels, Verdicts } from '../../adapters/postgres/types.generated.ts'
import type { LabelView } from '../http/run-page-schemas.ts'
import type { VerdictView } from '../http/run-schemas.ts'
import { presentVerdict } from '../runs/present-details.ts'
import { formatTime } from '../runs/present-run.ts'
import { readPart, toNumber } from '../runs/read-json.ts'
import type { PageTexts } from './load-texts.ts'
import { presentCoverage } from './present-coverage.ts'

interface VerdictContext {
  readonly run: Pick<Selectable<Runs>, 'commit_sha' | 'diff_digest' | 'confidence'>
  readonly labels: readonly Selectable<VerdictLabels>[]
  readonly texts: PageTexts
}

/** The answers of the models in the order in which they were asked. */
export function presentVerdicts(
  rows: readonly Selectable<Verdicts>[],
  { run, labels, texts }: VerdictContext,
): readonly VerdictView[] {
  const acted = findActed(rows, run)
  return rows.map((row, index) => {
    const label = labels.find(({ verdict_id }) => verdict_id === row.id)
    const isAboutChange = row.diff_digest === run.diff_digest
    return presentVerdict(row, {
      requirements: presentCoverage(row.answer, {
        diff: isAboutChange ? texts.diff : null,
        files: texts.files,
      }),
      askedBecause: explainAsking(row, rows.slice(0, index)),
      acted: row === acted,
      label: label === undefined ? null : presentLabel(label),
    })
  })
}

export const presentLabel = (row: Selectable<VerdictLabels>): LabelView => ({
  right: row.agrees,
  note: row.note,
  by: row.by_actor,
  at: formatTime(row.at),
})

/** The answer that the decision took its confidence from; undefined: no model decided. */
function findActed(
  rows: readonly Selectable<Verdicts>[],
  { commit_sha, confidence }: VerdictContext['run'],
): Selectable<Verdicts> | undefined {
  if (confidence === null) return undefined
  const counted = rows.filter(
    (row) => row.result === 'valid' && row.discounted_at === null && row.commit_sha === commit_sha,
  )
  return (
    counted.findLast((row) => toNumber(readPart(row.answer, 'confidence')) === confidence) ??
    counted.at(-1)
  )
}

function explainAsking(
  { model, commit_sha, reused_from }: Selectable<Verdicts>,
  before: readonly Selectable<Verdicts>[],
): string {
  if (reused_from !== null)
    return 'The same question had been answered before; it was not asked again.'
  const earlier = before.filter((row) => row.commit_sha === commit_sha)
  const last = earlier.at(-1)
  if (last === undefined)
    return before.length === 0
      ? 'Every gate passed, and it is the first model of the policy.'
      : 'The head moved, so the new commit was asked about.'
  if (last.discounted_at !== null) return 'A person asked for a new judgement.'
  if (last.result === 'invalid' && last.model === model)
    return `Its answer before was not valid: ${last.fault ?? 'it broke the rules'}`
  return last.result === 'valid'
    ? 'The answers before were split or not confident enough.'
    : `${last.model} gave no answer that counts.`
}
