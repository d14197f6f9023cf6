import type { Completion } from './agents.ts'
import { envelopeInWords, wrap } from './messages.ts'
import type { Narrator } from './narrator.ts'

interface Answer {
  readonly event?: { readonly duplicate: boolean }
  readonly outcome?: string
  readonly run?: { readonly id: string; readonly attempt: number } | null
}

/**
 * Posts completions to the service, each in the envelope of its sender. Throws where one is not
 * taken.
 */
export function createReporter(serviceUrl: string, narrator: Narrator) {
  let offset = 40
  return async ({ issue, name, message, envelope, uid }: Completion): Promise<Answer> => {
    offset += 1
    const request = wrap(message, envelope, { key: uid, offset })
    const response = await fetch(`${serviceUrl}/api/codex/run-complete`, {
      method: 'POST',
      ...request,
    })
    const text = await response.text()
    if (response.status !== 202)
      throw new Error(`The service answered ${response.status} to ${name}: ${text}`)
    const answer: Answer = JSON.parse(text)
    const taken = answer.event?.duplicate
      ? 'a duplicate, nothing changes'
      : `attempt ${answer.run?.attempt}`
    narrator.tell(
      'argo',
      issue,
      `${name} has finished (${envelopeInWords[envelope]}) → 202, ${taken}`,
    )
    return answer
  }
}
