import type { Instant } from '../lib/instant.ts'

/** Something an agent said or did while it worked, as people who watch it see it. */
export interface AgentMessage {
  /** What makes it one message: its subject and id, or its place in the run's events. */
  readonly key: string
  readonly source: 'nats' | 'artifact'
  /** The run as the sender names it, which need not be ours. */
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
