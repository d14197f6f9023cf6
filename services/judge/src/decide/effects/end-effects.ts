import type { EscalationText } from '../../text/discord-message.ts'
import type { Situation } from '../situation.ts'
import type { PlannedEffect } from '../step.ts'
import { planQuestionComment, planResolvedComment } from './comment.ts'
import type { Ending } from './ending.ts'
import { planMemories } from './memories.ts'
import { planMessage, planResolvedMessage } from './message.ts'
import { planStatus } from './status.ts'

/**
 * The effects of a run's end: an open question is resolved and, unless the run was closed or
 * superseded, the commit gets its status, memories are stored and a message may be sent.
 */
export function planEndEffects(
  situation: Situation,
  ending: Ending,
  question: EscalationText | null,
): readonly PlannedEffect[] {
  const resolution = {
    by: ending.by,
    what: `${ending.status} (${ending.reason})`,
    note: ending.because,
  }
  const resolved = [
    ...planResolvedMessage(situation.facts, resolution),
    // Another question takes the place of this one in the same comment.
    ...(question === null
      ? planResolvedComment(situation.facts, resolution)
      : planQuestionComment(situation, question)),
  ]
  if (ending.status === 'superseded' || ending.status === 'closed') return resolved
  return [
    ...resolved,
    ...planStatus(situation, { ...ending, waitsFor: [], waitingFor: [] }),
    ...planMemories(situation, ending),
    ...planMessage(situation, ending, question),
  ]
}
