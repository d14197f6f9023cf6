import { listErrorLines } from '../ci/logs/error-lines.ts'
import type { NamedResult } from '../gates/index.ts'
import type { Check } from '../github/snapshot.ts'
import type { VerdictAnswer } from '../judge/verdict.ts'
import { hashJson } from '../lib/ids.ts'
import { getKnownValue } from '../lib/known.ts'
import { collapseSpace } from '../lib/text.ts'
import type { Reason } from '../run/reasons.ts'
import {
  selectBlockingChecks,
  selectBlockingThreads,
  selectCommentFindings,
} from '../text/blockers.ts'
import type { Facts } from './facts.ts'

/**
 * A digest of what failed, equal for equal failures: the reason with the failing checks and their
 * first error lines, the open threads and findings, or the missing items. Numbers, paths, times and
 * ids are removed from error lines first. They stay in missing items, where they can be what is
 * missing ("case 2 of the table").
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
  const findings = selectCommentFindings(reason.startsWith('review_') ? review : null)
    .flatMap(({ titles }) => titles)
    .sort()
  return hashJson({
    reason,
    checks: reason.startsWith('ci_')
      ? selectBlockingChecks(ci)
          .map((check) => [check.app, check.name, listCheckErrors(check, facts).join('\n')])
          .sort()
      : [],
    threads: reason.startsWith('review_')
      ? selectBlockingThreads(review)
          .map(({ thread }) => thread.id)
          .sort()
      : [],
    ...(findings.length === 0 ? {} : { findings }),
    missing:
      reason === 'judge_rejected'
        ? (about.answer?.missing_items ?? [])
            .map((item) => collapseSpace(item.toLowerCase()))
            .sort()
        : [],
    evidence:
      reason.startsWith('ci_') || reason.startsWith('review_')
        ? []
        : (refusal?.evidence ?? [])
            .filter(({ kind }) => kind !== 'settled')
            .map(({ text }) => normalize(text))
            .sort(),
  })
}

/** The first error lines of a failing check, normalised; of its summary where it has no log. */
export const listCheckErrors = (
  { id, summary }: Check,
  { checkLogs }: Pick<Facts, 'checkLogs'>,
): readonly string[] => checkLogs.get(id)?.errors ?? listErrorLines(summary ?? '')

const normalize = (line: string): string =>
  collapseSpace(line.toLowerCase())
    .replace(/\d{4}-\d\d-\d\d[t ][\d:.]+z?/g, '<time>')
    .replace(/\b[0-9a-f]{7,64}\b/g, '<id>')
    .replace(/(?:\/[\w.@-]+)+/g, '<path>')
    .replace(/\d+(?:\.\d+)?/g, '<n>')
