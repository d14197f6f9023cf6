import type { Mask } from '../lib/mask.ts'
import type { RunClaims } from '../run/run.ts'
import type { Incoming } from './incoming.ts'

/**
 * Masks secrets in the texts of a message that people and models will see. The bytes stay as they
 * came: what was received must be there to be read again.
 */
export async function maskTexts(incoming: Incoming, mask: Mask): Promise<Incoming> {
  const { event } = incoming
  if (event === null || event.kind === 'github.changed') return incoming
  const masked = async (text: string | null) => (text === null ? null : mask(text))
  const { claims } = event
  const clean: RunClaims = {
    ...claims,
    prompt: await masked(claims.prompt),
    issueTitle: await masked(claims.issueTitle),
    issueBody: await masked(claims.issueBody),
    phaseMessage: await masked(claims.phaseMessage),
  }
  if (event.enrichment === null) return { ...incoming, event: { ...event, claims: clean } }
  const excerpts = await Promise.all(
    Object.entries(event.enrichment.excerpts).map(
      async ([name, text]) => [name, await mask(text)] as const,
    ),
  )
  const enrichment = {
    ...event.enrichment,
    lastMessage: await masked(event.enrichment.lastMessage),
    judgeOutput: await masked(event.enrichment.judgeOutput),
    excerpts: Object.fromEntries(excerpts),
  }
  return { ...incoming, event: { ...event, claims: clean, enrichment } }
}
