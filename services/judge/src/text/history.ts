import { formatList, pluralize, shortenSha } from '../lib/text.ts'
import type { AttemptRecord, Uptake } from '../run/attempt-record.ts'
import { usesAttempt } from '../run/reasons.ts'
import type { Attempt } from '../run/run.ts'
import { formatCode, toOneLine, toOneSentence } from './untrusted-text.ts'

/*
 * The sections of a prompt about the attempts so far: what was tried, what the last one did with its
 * instructions, and what is done and must stay so.
 */

/** How much of a section is shown; the rest is counted. */
const MAX_ATTEMPTS = 10
const MAX_UPTAKE = 60
const MAX_KEPT = 15

/** One line for each earlier attempt that was judged, oldest first; empty without one. */
export function formatTried(attempts: readonly Attempt[]): string {
  const tried = attempts
    .toSorted((a, b) => a.attempt - b.attempt)
    .flatMap((attempt) => describeAttempt(attempt) ?? [])
  if (tried.length === 0) return ''
  const left = tried.length - MAX_ATTEMPTS
  return [
    '## What was tried before',
    'None of this was enough. Do not repeat it.',
    [
      ...(left > 0 ? [`- ${pluralize(left, 'older attempt')}, not listed here.`] : []),
      ...tried.slice(-MAX_ATTEMPTS),
    ].join('\n'),
  ].join('\n\n')
}

/**
 * Null for an attempt whose work was not judged or not sent back. A newer run replaces the reason of
 * an older one.
 */
function describeAttempt({ attempt, status, reason, causeReason, commitSha, record }: Attempt) {
  const isSentBack = status === 'needs_iteration' || status === 'needs_human'
  const why = isSentBack ? (causeReason ?? reason) : status === 'superseded' ? record?.reason : null
  if (!why || !usesAttempt(why) || why === 'accepted') return null
  const commit = commitSha === null ? '' : `, commit ${formatCode(shortenSha(commitSha))}`
  const head = `- Attempt ${attempt} (${formatCode(why)}${commit})`
  const summary = record?.summary ?? null
  if (summary === null) return `${head}.`
  const { because, files, obeyed, given } = summary
  const did = [
    files === null ? null : `It changed ${describeFiles(files.paths, files.count)}.`,
    given === 0 ? null : `It obeyed ${obeyed} of ${pluralize(given, 'instruction')}.`,
  ].filter((part) => part !== null)
  return [`${head}: ${toOneSentence(because, 300)}`, ...did].join(' ')
}

const describeFiles = (paths: readonly string[], count: number): string => {
  if (count === 0) return 'nothing'
  const rest = count - paths.length
  const names = paths.map((path) => formatCode(path))
  return rest > 0
    ? `${pluralize(count, 'file')}: ${names.join(', ')} and ${rest} more`
    : formatList(names, paths.length)
}

/** The worst first. */
const outcomes = ['worse', 'ignored', 'unknown', 'obeyed'] as const
type Outcome = (typeof outcomes)[number]
const getOutcome = ({ result }: Uptake): Outcome => result ?? 'unknown'
const labels: Readonly<Record<Outcome, string>> = {
  worse: 'made worse',
  ignored: 'ignored',
  unknown: 'not known',
  obeyed: 'obeyed',
}

/** What the attempt did with its instructions, the worst first; empty if it was given none. */
export function formatUptake(attempt: number, uptake: readonly Uptake[]): string {
  if (uptake.length === 0) return ''
  const groups = outcomes.map((outcome) => ({
    outcome,
    items: uptake.filter((item) => getOutcome(item) === outcome),
  }))
  const sorted = groups.flatMap(({ items }) => items)
  const rest = sorted.length - MAX_UPTAKE
  const counted = groups.flatMap(({ outcome, items }) =>
    items.length === 0 ? [] : `${items.length} ${labels[outcome]}`,
  )
  return [
    `## What attempt ${attempt} did with its instructions`,
    `Of ${pluralize(uptake.length, 'instruction')}: ${counted.join(', ')}.`,
    [
      ...sorted.slice(0, MAX_UPTAKE).map(formatUptakeItem),
      ...(rest > 0 ? [`- ${rest} more.`] : []),
    ].join('\n'),
  ].join('\n\n')
}

const formatUptakeItem = (item: Uptake): string => {
  const url = item.evidence.find((one) => one.url !== null)?.url ?? null
  const link = url === null ? '' : ` ${toOneLine(url, 500)}`
  const what = `${toOneLine(item.gate, 50)}: ${formatCode(item.text)}`
  return `- **${labels[getOutcome(item)]}** (${what}): ${toOneSentence(item.because, 300)}${link}`
}

/** The same as one line of data. */
export const describeUptake = (item: Uptake): string =>
  `${labels[getOutcome(item)]} (${toOneLine(item.text, 300)}): ${toOneSentence(item.because, 300)}`

/** What is satisfied now; empty if nothing is. */
export function formatKept({ requirements, threads, checks }: AttemptRecord['satisfied']): string {
  const items = [
    ...requirements.map(
      ({ number, text }) => `- Requirement ${number} is met: ${formatCode(text)}`,
    ),
    ...(checks.length === 0
      ? []
      : [`- These checks pass: ${formatList(nameOnce(checks.map(({ name }) => name)), MAX_KEPT)}`]),
    ...(threads.length === 0
      ? []
      : [
          `- These review threads are resolved: ${formatList(
            nameOnce(threads.map(({ place }) => place)),
            MAX_KEPT,
          )}`,
        ]),
  ]
  if (items.length === 0) return ''
  const rest = requirements.length - MAX_KEPT
  return [
    '## Keep what is done',
    'Do not undo any of this while you fix the rest.',
    [
      ...items.filter((_, index) => index < MAX_KEPT || index >= requirements.length),
      ...(rest > 0 ? [`- ${pluralize(rest, 'more requirement')}`] : []),
    ].join('\n'),
  ].join('\n\n')
}

const nameOnce = (names: readonly string[]): readonly string[] =>
  [...new Set(names)].map((name) => formatCode(name))
