import type { FailureScope, ReadSystem } from '../lib/failure.ts'
import type { Reason } from './reasons.ts'

/**
 * What stops many runs at once. Runs with the same cause share one escalation. Stored as JSON:
 * property names never change.
 */
export type SharedCause =
  /** GitHub, Argo or the artifact store is unavailable, or refuses our credentials. */
  | {
      readonly kind: 'system'
      readonly system: ReadSystem
      /** The owner or repository that alone fails; null: everything. */
      readonly scope: string | null
    }
  | { readonly kind: 'model'; readonly model: string }
  | { readonly kind: 'dispatcher' }
  /** The budget of a repository for a day, `2026-12-05` in UTC. */
  | { readonly kind: 'budget'; readonly repository: string; readonly day: string }
  | { readonly kind: 'base'; readonly repository: string; readonly base: string }
  /** What is missing or wrong in one repository. */
  | { readonly kind: 'repository'; readonly reason: Reason; readonly repository: string }

/** Whether one of the waiting runs tries again from time to time, so that all go on by themselves. */
export const isProbed = ({ kind }: SharedCause): boolean => kind !== 'repository'

/**
 * The key by which runs share an escalation. Runs that policy only observes have keys of their own,
 * because they send no messages.
 */
export function buildGroupKey(cause: SharedCause, mode: 'act' | 'observe'): string {
  const parts = [...listKeyParts(cause), ...(mode === 'observe' ? ['observe'] : [])]
  return parts.join(':')
}

function listKeyParts(cause: SharedCause): readonly string[] {
  switch (cause.kind) {
    case 'system':
      return ['outage', cause.system, ...(cause.scope === null ? [] : [cause.scope.toLowerCase()])]
    case 'model':
      return ['judge_unavailable', cause.model]
    case 'dispatcher':
      return ['dispatch_failed', 'dispatcher']
    case 'budget':
      return ['budget_exhausted', cause.repository.toLowerCase(), cause.day]
    case 'base':
      return ['base_broken', cause.repository.toLowerCase(), cause.base]
    case 'repository':
      return [cause.reason, cause.repository.toLowerCase()]
    default:
      return cause satisfies never
  }
}

const systemNames: Readonly<Record<ReadSystem, string>> = {
  github: 'GitHub',
  argo: 'Argo',
  artifacts: 'the artifact store',
}

export const getSystemName = (system: ReadSystem): string => systemNames[system]

/** What must be set so that a system that refuses our credentials accepts them. */
const credentialHints: Readonly<Record<ReadSystem, string>> = {
  github:
    'set a valid GITHUB_TOKEN, or GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY of an app that is ' +
    'installed there',
  argo: 'set a valid ARGO_TOKEN that may read workflows',
  artifacts:
    'set valid MINIO_ACCESS_KEY and MINIO_SECRET_KEY that may read and list the buckets of ' +
    'ARTIFACT_BUCKET and ARTIFACT_BUCKETS',
}

export const getCredentialHint = (system: ReadSystem): string => credentialHints[system]

/** The owner or repository that a failure of this scope is about; null: the whole system. */
export const toScopeName = (scope: FailureScope, repository: string | null): string | null =>
  scope === 'system' || repository === null
    ? null
    : scope === 'owner'
      ? (repository.split('/', 1)[0] ?? repository)
      : repository

/** A sentence that the cause is over. */
export function describeRecovery(cause: SharedCause): string {
  switch (cause.kind) {
    case 'system': {
      const name = getSystemName(cause.system)
      const scope = cause.scope === null ? '' : ` for ${cause.scope}`
      return `${name.charAt(0).toUpperCase()}${name.slice(1)} answers again${scope}.`
    }
    case 'model':
      return `${cause.model} answers again.`
    case 'dispatcher':
      return 'The dispatcher accepts tasks again.'
    case 'budget':
      return `${cause.repository} has a budget for asking models again.`
    case 'base':
      return `The checks of ${cause.base} in ${cause.repository} pass again.`
    case 'repository':
      return `${cause.repository} is in order again.`
    default:
      return cause satisfies never
  }
}
