export const memoryKinds = [
  'run_summary',
  'decision',
  'prompt',
  'next_prompt',
  'output_log',
  'agent_log',
  'runtime_log',
  'event_log',
  'review',
  'pull_request',
] as const
export type MemoryKind = (typeof memoryKinds)[number]

export interface MemoryDraft {
  readonly kind: MemoryKind
  readonly namespace: string
  readonly summary: string
  readonly content: string
  readonly tags: readonly string[]
  readonly metadata: Readonly<Record<string, string | number | null>>
  /** Nothing was read for it: an earlier decision's memory keeps its content. */
  readonly keepsEarlier?: true
}
