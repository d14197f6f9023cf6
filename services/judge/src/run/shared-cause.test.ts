import { expect, test } from 'vitest'
import {
  buildGroupKey,
  describeRecovery,
  isProbed,
  type SharedCause,
  toScopeName,
} from './shared-cause.ts'

const causes: readonly (readonly [SharedCause, key: string, probed: boolean, recovery: string])[] =
  [
    [
      { kind: 'system', system: 'github', scope: null },
      'outage:github',
      true,
      'GitHub answers again.',
    ],
    [
      { kind: 'system', system: 'github', scope: 'Acme' },
      'outage:github:acme',
      true,
      'GitHub answers again for Acme.',
    ],
    [{ kind: 'system', system: 'argo', scope: null }, 'outage:argo', true, 'Argo answers again.'],
    [
      { kind: 'system', system: 'artifacts', scope: null },
      'outage:artifacts',
      true,
      'The artifact store answers again.',
    ],
    [
      { kind: 'model', model: 'openai/gpt-5.2' },
      'judge_unavailable:openai/gpt-5.2',
      true,
      'openai/gpt-5.2 answers again.',
    ],
    [
      { kind: 'dispatcher' },
      'dispatch_failed:dispatcher',
      true,
      'The dispatcher accepts tasks again.',
    ],
    [
      { kind: 'budget', repository: 'Acme/Widgets', day: '2026-12-05' },
      'budget_exhausted:acme/widgets:2026-12-05',
      true,
      'Acme/Widgets has a budget for asking models again.',
    ],
    [
      { kind: 'base', repository: 'Acme/Widgets', base: 'Main' },
      'base_broken:acme/widgets:Main',
      true,
      'The checks of Main in Acme/Widgets pass again.',
    ],
    [
      { kind: 'repository', reason: 'ci_missing', repository: 'Acme/Widgets' },
      'ci_missing:acme/widgets',
      false,
      'Acme/Widgets is in order again.',
    ],
  ]

test.each(causes)('%j has a key of its own', (cause, key, probed, recovery) => {
  expect(buildGroupKey(cause, 'act')).toBe(key)
  expect(buildGroupKey(cause, 'observe')).toBe(`${key}:observe`)
  expect(isProbed(cause)).toBe(probed)
  expect(describeRecovery(cause)).toBe(recovery)
})

test('a failure is about everything, an owner, or a repository', () => {
  expect(toScopeName('system', 'acme/widgets')).toBeNull()
  expect(toScopeName('owner', 'acme/widgets')).toBe('acme')
  expect(toScopeName('repository', 'acme/widgets')).toBe('acme/widgets')
  expect(toScopeName('owner', null)).toBeNull()
})
