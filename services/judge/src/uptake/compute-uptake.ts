import type { CiOutcome } from '../ci/ci-outcome.ts'
import type { NamedResult } from '../gates/index.ts'
import type { Check } from '../github/snapshot.ts'
import { getRequirementNumber } from '../judge/requirement-number.ts'
import type { VerdictAnswer } from '../judge/verdict.ts'
import { pluralize } from '../lib/text.ts'
import { describeHistory } from '../review/describe-history.ts'
import type { ReviewOutcome } from '../review/review-outcome.ts'
import type { GivenInstruction, Uptake } from '../run/attempt-record.ts'
import { identifyCheckPoint } from '../text/instructions.ts'
import type { OpenInstruction } from './list-instructions.ts'

/** What is known of the attempt that was given the instructions. */
export interface AttemptOutcome {
  /** What is open now. */
  readonly open: readonly OpenInstruction[]
  readonly results: readonly NamedResult[]
  readonly ci: CiOutcome | null
  readonly review: ReviewOutcome | null
  /** The verdict that is acted on; null if the judge was not asked. */
  readonly answer: VerdictAnswer | null
  /** False without a pull request: then the gates about a change pass without having seen one. */
  readonly hasChange: boolean
  /** Gates that pass without having seen what they look at, because it is not known. */
  readonly blind: ReadonlySet<string>
}

type Finding = Pick<Uptake, 'result' | 'because'> & {
  readonly evidence?: Uptake['evidence']
}

/**
 * What became of each instruction. What is still open was ignored, or made worse if there is more of
 * it than before. What is not open was obeyed only if something shows it: a check that passed, a
 * thread that is settled, a gate that passed, a judge who was asked. Otherwise it is not known.
 */
export const computeUptake = (
  given: readonly GivenInstruction[],
  outcome: AttemptOutcome,
): readonly Uptake[] =>
  given.map(({ id, gate, text, amount }) => {
    const open = outcome.open.find((one) => one.id === id && one.gate === gate)
    const found = open === undefined ? settle({ id, gate }, outcome) : compare(open, amount)
    return { id, gate, text, evidence: [], ...found }
  })

function compare({ id, gate, amount, became, evidence }: OpenInstruction, before: number): Finding {
  const kind = kinds.find(({ prefix }) => id.startsWith(prefix))
  if (before > 0 && amount > before) {
    const unit = kind?.unit ?? 'finding'
    return {
      result: 'worse',
      because: `${pluralize(amount, unit)} now, ${before} before`,
      evidence,
    }
  }
  const still = kind?.still ?? `${gate} still refuses it`
  return { result: 'ignored', because: became === null ? still : `${still}: ${became}`, evidence }
}

const kinds = [
  { prefix: 'check:', unit: 'error line', still: 'the check still fails' },
  { prefix: 'thread:', unit: 'reviewer comment', still: 'the thread is still open' },
  { prefix: 'requirement:', unit: 'finding', still: 'the judge still finds it not met' },
  { prefix: 'hygiene:', unit: 'finding', still: 'it is still there' },
  { prefix: 'claims', unit: 'claim', still: 'claims are still not supported' },
  { prefix: 'missing:', unit: 'finding', still: 'the judge still misses it' },
] as const

type Named = Pick<GivenInstruction, 'id' | 'gate'>

/** What became of an instruction that is not open. */
function settle(given: Named, outcome: AttemptOutcome): Finding {
  const { id, gate } = given
  if (gate === 'judge') return settleByJudge(id, outcome.answer)
  if (!outcome.hasChange && !gatesWithoutChange.has(gate))
    return unknown('there was no pull request to look at')
  if (outcome.blind.has(gate)) return unknown(`${gate} had nothing to look at`)
  if (id.startsWith('check:')) return settleCheck(id, outcome.ci)
  if (id.startsWith('thread:')) return settleThread(id, outcome.review)
  return settleByGate(given, outcome.results)
}

/** Gates that look at the run and not at its change. */
const gatesWithoutChange: ReadonlySet<string> = new Set([
  'metadata',
  'policy',
  'still-wanted',
  'workflow',
  'pull-request',
])

const unknown = (because: string): Finding => ({ result: null, because })

function settleByJudge(id: string, answer: VerdictAnswer | null): Finding {
  if (answer === null) return unknown('the judge was not asked, because a gate did not pass')
  const coverage = answer.requirements_coverage.find(
    ({ requirement }) => `requirement:${getRequirementNumber(requirement)}` === id,
  )
  if (coverage !== undefined)
    return {
      result: 'obeyed',
      because: 'the judge found it met',
      evidence: coverage.evidence.slice(0, 2).map(({ path, line, quote }) => ({
        text: quote.slice(0, 200).toWellFormed(),
        url: null,
        path,
        line,
      })),
    }
  if (answer.decision === 'pass')
    return { result: 'obeyed', because: 'the judge accepted the change' }
  // A model puts the same thing into other words, so only an empty list shows that it is done.
  return answer.missing_items.length === 0
    ? { result: 'obeyed', because: 'the judge misses nothing any more' }
    : unknown('the judge names what is missing in other words now')
}

function settleCheck(id: string, ci: CiOutcome | null): Finding {
  if (ci?.kind !== 'success' && ci?.kind !== 'failure')
    return unknown('CI did not come to a result')
  const check = ci.passed.find((one) => identifyCheckPoint(one) === id)
  if (check === undefined)
    return { result: 'worse', because: 'the check did not run at all on the new commit' }
  const evidence = [toCheckEvidence(check)]
  return check.state === 'success'
    ? { result: 'obeyed', because: 'the check passed', evidence }
    : { result: 'ignored', because: `the check was ${check.state}, which shows nothing`, evidence }
}

const toCheckEvidence = ({ label, state, url }: Check): Uptake['evidence'][number] => ({
  text: `${label}: ${state}`,
  url,
  path: null,
  line: null,
})

function settleThread(id: string, review: ReviewOutcome | null): Finding {
  if (review === null) return unknown('the review could not be read')
  const history = review.threadHistories.find((one) => `thread:${one.id}` === id)
  if (history === undefined)
    return { result: 'obeyed', because: 'the thread does not exist any more' }
  const { path, line, url } = history
  return {
    result: 'obeyed',
    because: describeHistory(history) ?? 'the thread does not block any more',
    evidence: [{ text: 'the thread', url, path, line }],
  }
}

function settleByGate({ gate }: Named, results: readonly NamedResult[]): Finding {
  const result = results.find(({ name }) => name === gate)?.result
  switch (result?.result) {
    case 'pass':
      return { result: 'obeyed', because: `${gate} passes: ${result.because}` }
    case 'refuse':
      return { result: 'obeyed', because: `${gate} no longer names it` }
    default:
      return unknown(`${gate} came to no result`)
  }
}
