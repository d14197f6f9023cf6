import { noContext } from '../../judge/context/code-context.ts'
import { selectAskBudget } from '../../judge/cost.ts'
import { buildPrompt } from '../../judge/prompt.ts'
import { extractRequirements } from '../../judge/requirements.ts'
import { serializePrompt } from '../../judge/stored-prompt.ts'
import { isSameSubject, type VerdictSubject } from '../../judge/verdict.ts'
import { sha256 } from '../../lib/ids.ts'
import { getKnownValue } from '../../lib/known.ts'
import type { Effect } from '../effect.ts'
import type { RecordedEffect } from '../facts.ts'
import { listTestEdits } from '../list-test-edits.ts'
import { getPullRequest, type Situation } from '../situation.ts'
import type { PlannedEffect, TextBlob } from '../step.ts'
import { noChange } from '../verdict-subject.ts'
import { collectFindings } from './collect-findings.ts'
import { planEffect } from './plan-effect.ts'

/** Every time a model was asked about a subject, oldest first. */
export const findAsks = (
  effects: readonly RecordedEffect[],
  model: string,
  subject: VerdictSubject,
): readonly RecordedEffect[] =>
  effects.filter(
    ({ effect }) =>
      effect.kind === 'ask' && effect.model === model && isSameSubject(effect.subject, subject),
  )

/** One more question to a model: the effect that asks it, and the prompt that it refers to. */
export function planAsk(
  situation: Situation,
  subject: VerdictSubject,
  next: { model: string; fault: string | null },
): { effects: readonly PlannedEffect[]; blobs: readonly TextBlob[] } {
  const { facts, policy, results } = situation
  const { claims, id } = facts.run
  const issue = getKnownValue(facts.issue)
  const ci = getKnownValue(facts.ci)
  const review = getKnownValue(facts.review)
  const evidence = getKnownValue(facts.evidence)
  const issueText = { title: issue?.title ?? '', body: issue?.body ?? '' }
  const prompt = buildPrompt(
    {
      repository: claims.repository ?? 'unknown',
      issueNumber: claims.issueNumber ?? 0,
      subject,
      baseBranch: getPullRequest(facts)?.baseBranch ?? claims.base ?? 'unknown',
      issue: issueText,
      requirements: extractRequirements(issueText.title, issueText.body),
      testEdits: listTestEdits(facts),
      diff: getKnownValue(facts.diff) ?? noChange,
      context: (facts.codeContext && getKnownValue(facts.codeContext)) ?? noContext,
      checks:
        ci?.kind === 'success'
          ? ci.passed.map(({ label, state, summary }) => ({ name: label, state, summary }))
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
      findings: collectFindings(situation),
      fault: next.fault,
    },
    policy.judge,
  )
  const blob: TextBlob = serializePrompt(prompt)
  const number = findAsks(facts.effects, next.model, subject).length + 1
  const subjectDigest = sha256(
    JSON.stringify([subject.commit, subject.diffDigest, subject.issueDigest]),
  ).slice(0, 16)
  const effect: Effect = {
    kind: 'ask',
    key: `ask:${id}:${subjectDigest}:${next.model}:${number}`,
    model: next.model,
    subject,
    promptDigest: blob.digest,
    money: selectAskBudget(next.model, facts.money, policy),
    timeout: policy.judge.timeout,
    patience: policy.judge.patience,
  }
  return { effects: [planEffect(effect, { patience: policy.judge.patience })], blobs: [blob] }
}
