import { noChange, subjectOf } from '../../decide/ask.ts'
import type { Facts } from '../../decide/facts.ts'
import { checkVerdicts } from '../../judge/check-answer.ts'
import { extractRequirements } from '../../judge/requirements.ts'
import { sameSubject, type Verdict } from '../../judge/verdict.ts'
import { knownValue } from '../../lib/known.ts'
import type { Loaded } from './load.ts'
import type { Looking } from './observe-deps.ts'
import { readFiles } from './read-commit.ts'

/**
 * The verdicts that count, with every citation looked up: a file that cannot be read leaves its
 * verdict open, not invalid.
 */
export async function readVerdicts(
  { loaded, outside, reads, kept, signal }: Looking,
  facts: Facts,
  repository: string,
): Promise<Pick<Facts, 'verdicts' | 'verdictsUnread'>> {
  const subject = subjectOf(facts)
  const issue = knownValue(facts.issue)
  const verdicts = [...loaded.verdicts, ...gaveUp(loaded)]
  if (subject === null || issue === null) return { verdicts, verdictsUnread: null }
  const about = verdicts.filter((verdict) => sameSubject(verdict.subject, subject))
  const against = {
    requirements: extractRequirements(issue.title, issue.body),
    diff: knownValue(facts.diff) ?? noChange,
  }
  const first = checkVerdicts(about, { ...against, files: new Map() })
  if (first.paths.length === 0) return { verdicts: first.verdicts, verdictsUnread: null }
  const files = await reads.read('files', () =>
    readFiles(
      {
        github: outside.github,
        mask: outside.mask,
        kept,
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
      verdictsUnread: `files the judge cites cannot be read: ${files.because}`,
    }
  const second = checkVerdicts(about, { ...against, files: files.value })
  return {
    verdicts: second.verdicts,
    verdictsUnread: second.paths.length > 0 ? 'files the judge cites are still to be read' : null,
  }
}

/**
 * An asking that was given up is a model that could not be had; it says nothing about the change.
 */
function gaveUp({ effects, now }: Loaded): readonly Verdict[] {
  return effects.flatMap(({ id, effect, state, because, settledAt }): Verdict[] =>
    effect.kind === 'ask' && state === 'failed'
      ? [
          {
            id,
            model: effect.model,
            subject: effect.subject,
            at: settledAt ?? now,
            result: { kind: 'unavailable', because: `${effect.model}: ${because ?? 'no answer'}` },
          },
        ]
      : [],
  )
}
