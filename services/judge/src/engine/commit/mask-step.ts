import type { Effect } from '../../decide/effect.ts'
import type { EndStep, PlannedEffect, Step } from '../../decide/step.ts'
import { type Mask, maskStrings } from '../../lib/mask.ts'

/**
 * Masks secrets in every text that a step sends or shows. It runs before the commit, because an
 * effect is sent as it is stored. Most inputs were masked when they were read; this covers texts of
 * any origin.
 */
export async function maskStep(step: EndStep, mask: Mask): Promise<EndStep>
export async function maskStep(step: Step, mask: Mask): Promise<Step>
export async function maskStep(step: Step, mask: Mask): Promise<Step> {
  const effects = await Promise.all(step.effects.map((planned) => maskPlannedEffect(planned, mask)))
  if (step.kind === 'stay') return { ...step, effects }
  const because = await mask(step.because)
  if (step.kind === 'wait') return { ...step, because, effects }
  return {
    ...step,
    because,
    effects,
    nextPrompt: step.nextPrompt === null ? null : await mask(step.nextPrompt),
    record: step.record === null ? null : await maskStrings(step.record, mask),
    uptake: await maskStrings(step.uptake, mask),
    escalation:
      step.escalation === null
        ? null
        : { ...step.escalation, question: await mask(step.escalation.question) },
  }
}

async function maskPlannedEffect(planned: PlannedEffect, mask: Mask): Promise<PlannedEffect> {
  return { ...planned, effect: await maskEffect(planned.effect, mask) }
}

async function maskEffect(effect: Effect, mask: Mask): Promise<Effect> {
  switch (effect.kind) {
    case 'dispatch':
      return { ...effect, task: await maskStrings(effect.task, mask) }
    case 'discord':
      return { ...effect, text: await mask(effect.text) }
    case 'status':
      return {
        ...effect,
        description: await mask(effect.description),
        ...(effect.checkRun === undefined
          ? {}
          : { checkRun: await maskStrings(effect.checkRun, mask) }),
      }
    case 'comment':
      return {
        ...effect,
        text: await mask(effect.text),
        question: await mask(effect.question),
        superseded: await mask(effect.superseded),
      }
    case 'remember':
      return { ...effect, memories: await maskStrings(effect.memories, mask) }
    // The prompt of an `ask` is a blob built from parts that were masked when they were read.
    case 'ask':
    case 'requestReview':
    case 'rerunChecks':
      return effect
    default:
      return effect satisfies never
  }
}
