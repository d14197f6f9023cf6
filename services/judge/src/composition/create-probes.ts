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
export const createProbes = (
  { settings, systems, traces }: Pick<Runtime, 'settings' | 'systems' | 'traces'>,
  consumers: Pick<Consumers, 'findHold'>,
): readonly Probe[] =>
  externalSystems.map((name) => {
    const findOwnState = (): string | null => {
      if (name === 'traces') return traces.state()
      const held = consumers.findHold(name)
      return held === null ? null : `held: ${held}`
    }
    return {
      name,
      state: () =>
        settings.off[name] ??
        findOwnState() ??
        formatSystemReport(describeSystem(systems.read(name))),
      details: () =>
        settings.off[name] !== undefined || name === 'traces'
          ? null
          : presentKnowledge(systems.read(name), systems.listMissingPermissions(name)),
    }
  })

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
