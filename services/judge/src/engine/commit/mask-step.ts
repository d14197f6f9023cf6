import type { Effect } from '../../decide/effect.ts'
import type { Step, Wish } from '../../decide/step.ts'
import { type Mask, maskStrings } from '../../lib/mask.ts'

/**
 * Masks secrets in every text a step would send out or show, before it is committed: what stands in
 * an effect is sent as it stands. Most inputs were masked when they were read; this is the last
 * gate, and it holds for texts of any origin.
 */
export async function maskStep(step: Step, mask: Mask): Promise<Step> {
  const wishes = await Promise.all(step.wishes.map((wish) => maskWish(wish, mask)))
  if (step.kind === 'stay') return { ...step, wishes }
  const because = await mask(step.because)
  if (step.kind === 'wait') return { ...step, because, wishes }
  return {
    ...step,
    because,
    wishes,
    nextPrompt: step.nextPrompt === null ? null : await mask(step.nextPrompt),
    escalation:
      step.escalation === null
        ? null
        : { ...step.escalation, question: await mask(step.escalation.question) },
  }
}

async function maskWish(wish: Wish, mask: Mask): Promise<Wish> {
  return { ...wish, effect: await maskEffect(wish.effect, mask) }
}

async function maskEffect(effect: Effect, mask: Mask): Promise<Effect> {
  switch (effect.kind) {
    case 'dispatch':
      return { ...effect, task: await maskStrings(effect.task, mask) }
    case 'discord':
      return { ...effect, text: await mask(effect.text) }
    case 'status':
      return { ...effect, description: await mask(effect.description) }
    case 'remember':
      return { ...effect, memories: await maskStrings(effect.memories, mask) }
    // Its prompt is a blob, built from parts that were masked when they were read; the rest are
    // names and numbers.
    case 'ask':
    case 'requestReview':
    case 'rerunChecks':
      return effect
    default:
      return effect satisfies never
  }
}
