import type { Probe, SystemDetails } from '../history/http/health.ts'
import { toIso, toIsoOrNull } from '../lib/instant.ts'
import { describeSystem, formatSystemReport, type SystemKnowledge } from '../lib/system-state.ts'
import type { Consumers } from './consumers.ts'
import type { Runtime } from './runtime.ts'

const externalSystems = [
  'github',
  'githubWebhooks',
  'artifacts',
  'argo',
  'kafka',
  'dispatcher',
  'discord',
  'nats',
  'embeddings',
  'traces',
  'models',
]

/** One probe for each external system; probes report what is known and send no request. */
export function createProbes(
  runtime: Pick<Runtime, 'settings' | 'policy' | 'systems' | 'traces'>,
  consumers: Pick<Consumers, 'findHold'>,
): readonly Probe[] {
  const { settings, policy, systems, traces } = runtime
  const off: Readonly<Record<string, string>> = {
    ...settings.off,
    ...(policy.values.judge.models.length === 0 ? { models: 'off: judge.models is empty' } : {}),
  }
  return externalSystems.map((name) => {
    const findOwnState = (): string | null => {
      if (name === 'traces') return traces.state()
      const held = consumers.findHold(name)
      return held === null ? null : `held: ${held}`
    }
    return {
      name,
      state: () =>
        off[name] ?? findOwnState() ?? formatSystemReport(describeSystem(systems.read(name))),
      details: () =>
        off[name] !== undefined || name === 'traces'
          ? null
          : presentKnowledge(systems.read(name), systems.listMissingPermissions(name)),
    }
  })
}

function presentKnowledge(
  knowledge: SystemKnowledge,
  missingPermissions: readonly string[],
): SystemDetails {
  return {
    ...describeSystem(knowledge),
    since: toIsoOrNull(knowledge.since),
    lastAnswerAt: toIsoOrNull(knowledge.lastAnswerAt),
    refusals: knowledge.refusals.map(({ scope, operation, answer, remedy, since, lastAt }) => ({
      scope,
      operation,
      because: answer,
      remedy,
      since: toIso(since),
      lastAt: toIso(lastAt),
    })),
    missingPermissions,
  }
}
