import type { components } from './schema.generated.ts'

/* The answers of the service that several pages use. */

type Schemas = components['schemas']

export type Run = Schemas['Run']
export type Status = Run['status']
export type Reason = NonNullable<Run['reason']>
export type ReasonKind = NonNullable<Run['reasonKind']>
export type Escalation = Schemas['Escalation']
export type Pause = Schemas['Pause']
export type Quarantined = Schemas['Quarantined']
export type AgentAtWork = Schemas['AgentAtWork']
