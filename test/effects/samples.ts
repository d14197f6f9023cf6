import type { DispatchTask, EffectByKind } from '../../services/judge/src/decide/effect.ts'
import type { EffectTry } from '../../services/judge/src/effects/performer.ts'
import { toInstant } from '../../services/judge/src/lib/instant.ts'
import { parseCommitSha, toRunId } from '../../services/judge/src/run/run.ts'

const createdAt = toInstant('2026-11-21T10:00:00Z')

/** The first try of an effect, just decided. */
export const firstTry = (changes: Partial<EffectTry> = {}): EffectTry => ({
  effectId: '0199aaaa-0000-7000-8000-00000000000a',
  runId: toRunId('0199aaaa-0000-7000-8000-000000000001'),
  number: 1,
  createdAt,
  firstTriedAt: createdAt,
  afterUnknown: false,
  now: createdAt,
  signal: AbortSignal.timeout(30_000),
  ...changes,
})

export const noMask = (text: string): Promise<string> => Promise.resolve(text)

export const task: DispatchTask = {
  deliveryId: 'codex-0123abcd-41-attempt-2',
  ordinal: 2,
  prompt: 'Retry uploads.\n\n1. **ci**: unit failed.',
  repository: 'acme/widgets',
  base: 'main',
  head: 'codex/issue-41',
  issueNumber: 41,
  issueUrl: 'https://github.com/acme/widgets/issues/41',
  issueTitle: 'Uploader gives up',
  issueBody: 'After the first 503.',
  sender: 'octo-dev',
  reviewContext: {
    summary: 'ci: unit failed.',
    threads: [
      {
        summary: 'src/a.ts:3: leaks',
        url: 'https://github.com/acme/widgets/pull/7#discussion_r1',
        author: 'chatgpt-codex-connector',
      },
    ],
    failingChecks: [
      {
        name: 'unit',
        conclusion: 'failure',
        url: 'https://ci.example/1',
        details: 'expected 3, got 1',
      },
    ],
    notes: ['judge: a test is missing'],
  },
  iterations: {
    mode: 'until',
    count: null,
    min: 1,
    max: 3,
    stopOn: ['success'],
    reason: 'asked for',
  },
  iterationCycle: 1,
  autonomous: true,
}

export const head = (() => {
  const sha = parseCommitSha('3f2c'.repeat(10))
  if (sha === null) throw new Error('no commit id')
  return sha
})()

export const message = (
  changes: Partial<EffectByKind<'discord'>> = {},
): EffectByKind<'discord'> => ({
  kind: 'discord',
  key: 'discord:0199aaaa-0000-7000-8000-000000000001:success',
  channel: 'success',
  what: 'success',
  text: '✅ Codex completed acme/widgets#41.\nSummary: done\nRun: http://127.0.0.1:8080/runs/0199aaaa',
  edits: null,
  ...changes,
})
