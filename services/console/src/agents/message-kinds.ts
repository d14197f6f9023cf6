import {
  AlertIcon,
  CommentIcon,
  type Icon,
  LightBulbIcon,
  PencilIcon,
  TerminalIcon,
} from '@primer/octicons-react'
import type { Tone } from '../parts/status.tsx'

export type MessageKind = 'said' | 'ran' | 'edited' | 'thought' | 'error'

export const messageKinds: Readonly<
  Record<MessageKind, { readonly icon: Icon; readonly tone: Tone }>
> = {
  said: { icon: CommentIcon, tone: 'work' },
  ran: { icon: TerminalIcon, tone: 'past' },
  edited: { icon: PencilIcon, tone: 'past' },
  thought: { icon: LightBulbIcon, tone: 'past' },
  error: { icon: AlertIcon, tone: 'person' },
}

/** What an agent did, from the kind that its runtime gave to a message. */
export function classifyMessage(kind: string | null): MessageKind {
  const name = kind ?? ''
  if (/error|fail/i.test(name)) return 'error'
  if (/command|exec|shell|tool|run/i.test(name)) return 'ran'
  if (/file|patch|edit|diff/i.test(name)) return 'edited'
  if (/reason|think|thought|plan/i.test(name)) return 'thought'
  return 'said'
}
