import type { Mask } from '../lib/mask.ts'
import type { RunClaims } from '../run/run.ts'
import type { InboundMessage } from './messages.ts'

/**
 * Masks secrets in those texts of a message that people and models see. The bytes stay as they
 * came, because a quarantined message must be readable again.
 */
export async function maskTexts(message: InboundMessage, mask: Mask): Promise<InboundMessage> {
  const { event } = message
  if (event === null || event.kind === 'github.changed') return message
  const maskOrNull = async (text: string | null) => (text === null ? null : mask(text))
  const { claims } = event
  const clean: RunClaims = {
    ...claims,
    prompt: await maskOrNull(claims.prompt),
    issueTitle: await maskOrNull(claims.issueTitle),
    issueBody: await maskOrNull(claims.issueBody),
    phaseMessage: await maskOrNull(claims.phaseMessage),
  }
  if (event.enrichment === null) return { ...message, event: { ...event, claims: clean } }
  const excerpts = await Promise.all(
    Object.entries(event.enrichment.excerpts).map(
      async ([name, text]) => [name, await mask(text)] as const,
    ),
  )
  const enrichment = {
    ...event.enrichment,
    lastMessage: await maskOrNull(event.enrichment.lastMessage),
    judgeOutput: await maskOrNull(event.enrichment.judgeOutput),
    excerpts: Object.fromEntries(excerpts),
  }
  return { ...message, event: { ...event, claims: clean, enrichment } }
}
