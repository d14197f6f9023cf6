import type { Diff } from '../diff/diff.ts'
import { askMoney } from '../judge/cost.ts'
import { buildPrompt } from '../judge/prompt.ts'
import { extractRequirements } from '../judge/requirements.ts'
import { storedPrompt } from '../judge/stored-prompt.ts'
import { sameSubject, type VerdictSubject } from '../judge/verdict.ts'
import { sha256 } from '../lib/ids.ts'
import { knownValue } from '../lib/known.ts'
import { commitSha } from '../run/run.ts'
import type { Effect } from './effect.ts'
import type { EffectSeen, Facts } from './facts.ts'
import { judgedCommit, pullRequestOf, type Situation } from './situation.ts'
import type { Blob, Wish } from './step.ts'
import { wish } from './wishes.ts'

/** The change of a run that changed nothing: what the judge is shown where policy allows that. */
export const noChange: Diff = {
  files: [],
  digest: sha256(''),
  added: 0,
  removed: 0,
  tooLarge: null,
}

/**
 * Stands for the commit of a run whose branch and base cannot be named either: nothing was changed,
 * on nothing we know.
 */
const NO_COMMIT = commitSha('0'.repeat(40))

/**
 * What a verdict must be about to count now; null while the diff or the issue's text is not known.
 */
export function subjectOf(facts: Facts): VerdictSubject | null {
  const diff = pullRequestOf(facts) === null ? noChange : knownValue(facts.diff)
  const issue = knownValue(facts.issue)
  const commit = judgedCommit(facts) ?? NO_COMMIT
  return diff === null || issue === null || commit === null
    ? null
    : { commit, diffDigest: diff.digest, issueDigest: issue.digest }
}

/** The askings of one model about one subject, oldest first. */
export const asksOf = (
  effects: readonly EffectSeen[],
  model: string,
  subject: VerdictSubject,
): readonly EffectSeen[] =>
  effects.filter(
    ({ effect }) =>
      effect.kind === 'ask' && effect.model === model && sameSubject(effect.subject, subject),
  )

/** One more question to a model: the prompt, kept by its digest, and the wish to ask it. */
export function ask(
  situation: Situation,
  subject: VerdictSubject,
  next: { model: string; fault: string | null },
): { wishes: readonly Wish[]; blobs: readonly Blob[] } {
  const { facts, policy, results } = situation
  const { claims, id } = facts.run
  const issue = knownValue(facts.issue)
  const ci = knownValue(facts.ci)
  const review = knownValue(facts.review)
  const evidence = knownValue(facts.evidence)
  const text = { title: issue?.title ?? '', body: issue?.body ?? '' }
  const prompt = buildPrompt(
    {
      repository: claims.repository ?? 'unknown',
      issueNumber: claims.issueNumber ?? 0,
      subject,
      baseBranch: pullRequestOf(facts)?.baseBranch ?? claims.base ?? 'unknown',
      issue: text,
      requirements: extractRequirements(text.title, text.body),
      diff: knownValue(facts.diff) ?? noChange,
      checks:
        ci?.kind === 'success'
          ? ci.passed.map(({ name, state, summary }) => ({ name, state, summary }))
          : [],
      ci: ci?.because ?? null,
      review: review?.because ?? null,
      gates: results.map(({ name, result }) => ({
        name,
        result: result.result,
        because: result.because,
      })),
      logs: evidence?.logs ?? {},
      lastMessage: evidence?.stream?.lastMessage ?? facts.enrichment?.lastMessage ?? null,
      fault: next.fault,
    },
    policy.judge,
  )
  const blob: Blob = storedPrompt(prompt)
  const number = asksOf(facts.effects, next.model, subject).length + 1
  const about = sha256(
    JSON.stringify([subject.commit, subject.diffDigest, subject.issueDigest]),
  ).slice(0, 16)
  const effect: Effect = {
    kind: 'ask',
    key: `ask:${id}:${about}:${next.model}:${number}`,
    model: next.model,
    subject,
    promptDigest: blob.digest,
    money: askMoney(next.model, knownValue(facts.issueState)?.labels ?? [], policy),
    timeout: policy.judge.timeout,
    patience: policy.judge.patience,
  }
  return { wishes: [wish(effect, { patience: policy.judge.patience })], blobs: [blob] }
}
