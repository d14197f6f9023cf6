import type { Instant } from '../lib/instant.ts'

/** A message or an action of an agent, for people who watch it work. */
export interface AgentMessage {
  /** Identifies the message: its subject and id, or its line in the run's events. */
  readonly key: string
  readonly source: 'nats' | 'artifact'
  /** The sender's run id, which may not be one of ours. */
  readonly runId: string | null
  readonly workflowUid: string | null
  readonly workflowName: string | null
  readonly workflowNamespace: string | null
  readonly channel: string | null
  readonly agentId: string | null
  readonly stepId: string | null
  readonly stage: string | null
  readonly kind: string
  readonly role: string | null
  readonly content: string
  readonly attrs: Readonly<Record<string, unknown>>
  readonly status: string | null
  readonly exitCode: number | null
  readonly saidAt: Instant | null
}
