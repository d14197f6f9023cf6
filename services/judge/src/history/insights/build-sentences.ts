import { formatUsd, pluralize } from '../../lib/text.ts'
import { describeReason, isReason } from '../../run/reasons.ts'
import type { InsightView } from '../http/insight-schemas.ts'

type Shown = Omit<InsightView, 'sentences'>

/** What each plot shows, in one sentence made from its data. */
export const buildSentences = (view: Shown): Record<string, string> => ({
  figures: describeFigures(view),
  days: describeDays(view),
  hanging: describeHanging(view),
  reasons: describeReasons(view),
  phases: describePhases(view),
  calibration: describeCalibration(view),
  costs: describeCosts(view),
  flaky: describeFlaky(view),
})

const TOO_FEW = 'Too few decisions yet to say.'
const formatShare = (part: number): string => `${Math.round(part * 100)} %`

function describeFigures({ enough, decisions, figures, truncated }: Shown): string {
  const share = figures.find(({ name }) => name === 'firstAttempt')
  const bound = truncated ? ' The period has more; these are its newest.' : ''
  if (!enough || share === undefined || share.value === null)
    return `${TOO_FEW} There ${decisions === 1 ? 'was' : 'were'} ${pluralize(decisions, 'decision')}.`
  const change = share.before === null ? '' : `, ${formatShare(share.before)} in the period before`
  return (
    `Of ${pluralize(share.count, 'completed issue')}, ${formatShare(share.value)} needed ` +
    `one attempt${change}.${bound}`
  )
}

const countDay = (day: Shown['days'][number]): number =>
  day.completed + day.needsIteration + day.needsHuman + day.ended + day.infrastructure

function describeDays({ days, decisions }: Shown): string {
  const busiest = days.reduce<Shown['days'][number] | null>(
    (most, day) => (most === null || countDay(day) > countDay(most) ? day : most),
    null,
  )
  if (busiest === null || countDay(busiest) === 0) return 'Nothing was decided in this period.'
  const lost = days.reduce((sum, day) => sum + day.infrastructure, 0)
  return (
    `${pluralize(decisions, 'decision')}, most on ${busiest.day} (${countDay(busiest)}); ` +
    `${lost === 0 ? 'none' : lost} ended because of infrastructure.`
  )
}

function describeHanging({ hanging }: Shown): string {
  const all = hanging.flatMap(({ phase, runs }) => runs.map((run) => ({ phase, ...run })))
  if (all.length === 0) return 'Nothing waits.'
  const late = all.filter(
    ({ waitSeconds, usualSeconds }) => usualSeconds !== null && waitSeconds > 2 * usualSeconds,
  )
  const [longest] = all.toSorted((a, b) => b.waitSeconds - a.waitSeconds)
  const what =
    longest === undefined ? '' : `; longest "${longest.title}", for ${phaseWords[longest.phase]}`
  return (
    `${pluralize(all.length, 'run')} ${all.length === 1 ? 'waits' : 'wait'}, ` +
    `${late.length === 0 ? 'none' : late.length} over twice the usual time${what}.`
  )
}

const phaseWords: Readonly<Record<string, string>> = {
  agent: 'its workflow',
  evidence: 'evidence',
  ci: 'CI',
  review: 'a review',
  judge: 'the judge',
  person: 'a person',
}

function describeReasons({ reasons }: Shown): string {
  const [first] = reasons
  if (first === undefined) return 'Every decided run was completed.'
  const total = reasons.reduce((sum, { count }) => sum + count, 0)
  const change =
    first.before === 0
      ? 'not seen in the period before'
      : first.count > first.before
        ? `more than the ${first.before} of the period before`
        : first.count < first.before
          ? `fewer than the ${first.before} of the period before`
          : 'as many as in the period before'
  const words = isReason(first.reason) ? describeReason(first.reason) : first.reason
  return (
    `"${words.replace(/\.$/, '')}" for ${first.count} of ${pluralize(total, 'run')} that did not ` +
    `pass, ${change}.`
  )
}

function describePhases({ phases }: Shown): string {
  const [group] = phases.toSorted((a, b) => b.runs - a.runs)
  if (group === undefined) return 'No decided run tells where its time went.'
  const total = Object.values(group.seconds).reduce((sum, seconds) => sum + seconds, 0)
  const [longest] = Object.entries(group.seconds).toSorted(([, a], [, b]) => b - a)
  if (longest === undefined || total === 0) return 'No decided run tells where its time went.'
  const who: Readonly<Record<string, string>> = {
    first: 'first attempts',
    later: 'later attempts',
    person: 'runs with a question',
  }
  return `Of the time of ${who[group.group]}, ${formatShare(longest[1] / total)} went to ${names[longest[0]] ?? longest[0]}.`
}
const names: Readonly<Record<string, string>> = {
  agent: 'the agent',
  ci: 'CI',
  review: 'the review',
  judge: 'the judge',
  pause: 'pauses before an attempt',
}

function describeCalibration({ calibration }: Shown): string {
  const count = calibration.reduce((sum, bin) => sum + bin.count, 0)
  if (count === 0) return 'No verdict was called right or wrong in this period.'
  const right = calibration.reduce((sum, bin) => sum + bin.right, 0)
  const top = calibration.at(-1)
  const sure =
    top === undefined ? '' : `; of those from ${top.from} on, ${top.right} of ${top.count}`
  return `People agreed with ${right} of ${pluralize(count, 'verdict')}${sure}.`
}

function describeCosts({ days }: Shown): string {
  const totals = new Map<string, number>()
  for (const { costByModel } of days)
    for (const [model, usd] of Object.entries(costByModel))
      totals.set(model, (totals.get(model) ?? 0) + usd)
  const [first] = [...totals].toSorted(([, a], [, b]) => b - a)
  if (first === undefined) return 'Judging cost nothing in this period.'
  const sum = [...totals.values()].reduce((all, usd) => all + usd, 0)
  return `Judging cost ${formatUsd(sum)}, of which ${first[0]} ${formatUsd(first[1])}.`
}

function describeFlaky({ flaky }: Shown): string {
  const [worst] = flaky
  if (worst === undefined) return 'No check failed and then passed on one commit.'
  return `${worst.name} of ${worst.repository} failed and then passed on ${pluralize(worst.flips, 'commit')}.`
}
