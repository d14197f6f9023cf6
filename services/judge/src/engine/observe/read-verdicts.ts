import type { Facts } from '../../decide/facts.ts'
import { listTestEdits } from '../../decide/list-test-edits.ts'
import { getVerdictSubject, noChange } from '../../decide/verdict-subject.ts'
import { checkVerdicts } from '../../judge/check-answer.ts'
import { extractRequirements } from '../../judge/requirements.ts'
import { isSameSubject, type Verdict } from '../../judge/verdict.ts'
import { getKnownValue } from '../../lib/known.ts'
import type { LoadedRun } from './load-run.ts'
import type { ObserveContext } from './observe-deps.ts'
import { readFiles } from './read-commit.ts'

/**
 * The verdicts that count, with every citation checked. A cited file that cannot be read leaves its
 * verdict open, not invalid.
 */
export async function readVerdicts(
  { loaded, deps, reader, cache, signal }: ObserveContext,
  facts: Facts,
  repository: string,
): Promise<Pick<Facts, 'verdicts' | 'unreadCitations'>> {
  const subject = getVerdictSubject(facts)
  const issue = getKnownValue(facts.issue)
  const verdicts = [...loaded.verdicts, ...toUnavailableVerdicts(loaded)]
  if (subject === null || issue === null) return { verdicts, unreadCitations: null }
  const about = verdicts.filter((verdict) => isSameSubject(verdict.subject, subject))
  const against = {
    requirements: extractRequirements(issue.title, issue.body),
    testEdits: listTestEdits(facts),
    diff: getKnownValue(facts.diff) ?? noChange,
  }
  const first = checkVerdicts(about, { ...against, files: new Map() })
  if (first.paths.length === 0) return { verdicts: first.verdicts, unreadCitations: null }
  const files = await reader.read('files', () =>
    readFiles(
      {
        github: deps.github,
        mask: deps.mask,
        cache,
        repository,
        commit: subject.commit,
        paths: first.paths,
      },
      signal,
    ),
  )
  if (files.kind !== 'known')
    return {
      verdicts: first.verdicts,
      unreadCitations: `files that the judge model cites cannot be read: ${files.because}`,
    }
  const second = checkVerdicts(about, { ...against, files: files.value })
  return {
    verdicts: second.verdicts,
    unreadCitations:
      second.paths.length > 0 ? 'files that the judge model cites have not been read yet' : null,
  }
}

/**
 * An `ask` effect that was given up: the model was unavailable, which says nothing of the change.
 */
function toUnavailableVerdicts({ effects, now }: LoadedRun): readonly Verdict[] {
  return effects.flatMap(({ id, effect, state, because, failure, settledAt }): Verdict[] =>
    effect.kind === 'ask' && state === 'failed'
      ? [
          {
            id,
            model: effect.model,
            subject: effect.subject,
            at: settledAt ?? now,
            result: {
              kind: 'unavailable',
              because: `${effect.model}: ${because ?? 'no answer'}`,
              failure,
            },
          },
        ]
      : [],
  )
}
