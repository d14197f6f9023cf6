import type { NamedResult } from '../gates/index.ts'
import type { Answer } from '../judge/verdict.ts'
import { digestOf } from '../lib/ids.ts'
import { knownValue } from '../lib/known.ts'
import type { Reason } from '../run/reasons.ts'
import { blockingThreads, redChecks } from '../text/blockers.ts'
import type { Facts } from './facts.ts'

/**
 * What failed, as a digest that is equal for equal failures: the reason with the failing checks and
 * their first error lines, the open threads, or the missing items. Numbers, paths of machines,
 * times and ids are taken out of error lines first; of missing items they are part of what is
 * missing ("case 2 of the table").
 */
export function fingerprint(
  reason: Reason,
  facts: Facts,
  more: { results: readonly NamedResult[]; answer: Answer | null },
): string {
  const ci = knownValue(facts.ci)
  const review = knownValue(facts.review)
  const spoke = more.results.find(
    ({ result }) => result.result === 'refuse' && result.reason === reason,
  )?.result
  return digestOf({
    reason,
    checks: reason.startsWith('ci_')
      ? redChecks(ci)
          .map((check) => [
            check.app,
            check.name,
            firstError(facts.checkLogs.get(check.id) ?? check.summary ?? ''),
          ])
          .sort()
      : [],
    threads: reason.startsWith('review_')
      ? blockingThreads(review)
          .map(({ thread }) => thread.id)
          .sort()
      : [],
    missing:
      reason === 'judge_rejected' ? (more.answer?.missing_items ?? []).map(tidied).sort() : [],
    evidence:
      reason.startsWith('ci_') || reason.startsWith('review_')
        ? []
        : (spoke?.evidence ?? []).map(({ text }) => normalised(text)).sort(),
  })
}

/** The first line that speaks of an error, else the last line that says anything. */
function firstError(log: string): string {
  const lines = log
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  return normalised(
    lines.find((line) => /\b(?:error|fail(?:ed|ure)?|exception|panic|assert\w*)\b/i.test(line)) ??
      lines.at(-1) ??
      '',
  )
}

const tidied = (text: string): string => text.toLowerCase().replace(/\s+/g, ' ').trim()

const normalised = (line: string): string =>
  tidied(line)
    .replace(/\d{4}-\d\d-\d\d[t ][\d:.]+z?/g, '<time>')
    .replace(/\b[0-9a-f]{7,64}\b/g, '<id>')
    .replace(/(?:\/[\w.@-]+)+/g, '<path>')
    .replace(/\d+(?:\.\d+)?/g, '<n>')
