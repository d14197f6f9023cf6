import type { NamedResult } from '../gates/index.ts'
import type { VerdictAnswer } from '../judge/verdict.ts'
import { hashJson } from '../lib/ids.ts'
import { getKnownValue } from '../lib/known.ts'
import { collapseSpace } from '../lib/text.ts'
import type { Reason } from '../run/reasons.ts'
import { selectBlockingChecks, selectBlockingThreads } from '../text/blockers.ts'
import type { Facts } from './facts.ts'

/**
 * A digest of what failed, equal for equal failures: the reason with the failing checks and their
 * first error lines, the open threads, or the missing items. Numbers, paths, times and ids are
 * removed from error lines first. They stay in missing items, where they can be what is missing
 * ("case 2 of the table").
 */
export function computeFingerprint(
  reason: Reason,
  facts: Facts,
  about: { results: readonly NamedResult[]; answer: VerdictAnswer | null },
): string {
  const ci = getKnownValue(facts.ci)
  const review = getKnownValue(facts.review)
  const refusal = about.results.find(
    ({ result }) => result.result === 'refuse' && result.reason === reason,
  )?.result
  return hashJson({
    reason,
    checks: reason.startsWith('ci_')
      ? selectBlockingChecks(ci)
          .map((check) => [
            check.app,
            check.name,
            findFirstError(facts.checkLogs.get(check.id) ?? check.summary ?? ''),
          ])
          .sort()
      : [],
    threads: reason.startsWith('review_')
      ? selectBlockingThreads(review)
          .map(({ thread }) => thread.id)
          .sort()
      : [],
    missing:
      reason === 'judge_rejected'
        ? (about.answer?.missing_items ?? [])
            .map((item) => collapseSpace(item.toLowerCase()))
            .sort()
        : [],
    evidence:
      reason.startsWith('ci_') || reason.startsWith('review_')
        ? []
        : (refusal?.evidence ?? []).map(({ text }) => normalize(text)).sort(),
  })
}

/** The first line that mentions an error; otherwise the last line with any text. */
function findFirstError(log: string): string {
  const lines = log
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  return normalize(
    lines.find((line) => /\b(?:error|fail(?:ed|ure)?|exception|panic|assert\w*)\b/i.test(line)) ??
      lines.at(-1) ??
      '',
  )
}

const normalize = (line: string): string =>
  collapseSpace(line.toLowerCase())
    .replace(/\d{4}-\d\d-\d\d[t ][\d:.]+z?/g, '<time>')
    .replace(/\b[0-9a-f]{7,64}\b/g, '<id>')
    .replace(/(?:\/[\w.@-]+)+/g, '<path>')
    .replace(/\d+(?:\.\d+)?/g, '<n>')
