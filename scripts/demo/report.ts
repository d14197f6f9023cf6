import type { CompletionReport } from './agents.ts'
import { envelopeTexts, wrapMessage } from './messages.ts'
import type { Narrator } from './narrator.ts'

interface IngestAnswer {
  readonly event?: { readonly duplicate: boolean }
  readonly outcome?: string
  readonly run?: { readonly id: string; readonly attempt: number } | null
}

/**
 * Posts completions to the service, each in the envelope of its sender. Throws if one is refused.
 */
export function createReporter(serviceUrl: string, narrator: Narrator) {
  let offset = 40
  return async (report: CompletionReport): Promise<IngestAnswer> => {
    const { issue, attempt, message, envelope, uid } = report
    offset += 1
    const request = wrapMessage(message, envelope, { key: uid, offset })
    const response = await fetch(`${serviceUrl}/api/codex/run-complete`, {
      method: 'POST',
      ...request,
    })
    const text = await response.text()
    if (response.status !== 202)
      throw new Error(`The service answered ${response.status} to #${issue}: ${text}`)
    const answer: IngestAnswer = JSON.parse(text)
    const result = answer.event?.duplicate ? '202, duplicate' : '202'
    const what = `reports that attempt ${attempt} has finished`
    narrator.tell('argo', issue, `${what} (${envelopeTexts[envelope]}) → ${result}`)
    return answer
  }
}
