import type { FinishReason } from 'ai'
import {
  APICallError,
  generateText,
  jsonSchema,
  type LanguageModelUsage,
  NoObjectGeneratedError,
  Output,
} from 'ai'
import { answerSchema } from '../../judge/answer-schema.ts'
import type { Usage } from '../../judge/cost.ts'
import type { Model, Question, Reply } from '../../judge/port.ts'
import { readAnswer, type Stop } from '../../judge/read-answer.ts'
import type { Answer } from '../../judge/verdict.ts'
import { Failure } from '../../lib/failure.ts'
import { retryAfter } from '../../lib/retry-after.ts'
import { badAnswer, noAnswer } from '../http-failure.ts'

type LanguageModel = Parameters<typeof generateText>[0]['model']

/** More than the longest answer we ask for, with its envelope. What sends more is not answering. */
const MAX_RESPONSE_BYTES = 8 * 1024 * 1024

// The SDK hands on whatever parses unless it is told how to check it; the wire gets the plain
// schema.
const schema = jsonSchema<Answer>(JSON.parse(JSON.stringify(answerSchema)), {
  validate: (value) => {
    const read = readAnswer(JSON.stringify(value))
    return read.kind === 'answer'
      ? { success: true, value: read.answer }
      : { success: false, error: new Error(read.fault) }
  },
})

/**
 * A model that an SDK speaks to, asked for the verdict by its JSON schema. It is asked once: what
 * to repeat, and what that costs, is not for an SDK to decide.
 */
export const sdkModel = (model: LanguageModel, name: string): Model => ({
  async ask(question) {
    const startedAt = performance.now()
    const said = await generate(model, question).catch((error: unknown) => {
      throw failureOf(error, name, question)
    })
    return { ...said, tookMs: Math.round(performance.now() - startedAt) }
  },
})

async function generate(model: LanguageModel, question: Question): Promise<Omit<Reply, 'tookMs'>> {
  try {
    const result = await generateText({
      model,
      instructions: question.system,
      prompt: question.user,
      maxRetries: 0,
      maxOutputTokens: question.maxOutputTokens,
      timeout: question.timeout,
      abortSignal: question.signal,
      output: Output.object({ name: 'verdict', schema }),
    })
    return {
      text: result.text,
      read: readAnswer(result.text, stopOf(result.finishReason)),
      usage: usageOf(result.usage),
    }
  } catch (error) {
    // Not on the schema, but answered: it has its text and its price.
    if (!NoObjectGeneratedError.isInstance(error)) throw error
    const text = error.text ?? ''
    return { text, read: readAnswer(text, stopOf(error.finishReason)), usage: usageOf(error.usage) }
  }
}

function stopOf(reason: FinishReason | undefined): Stop {
  return reason === 'length' ? 'cut' : reason === 'content-filter' ? 'refused' : 'done'
}

function usageOf(usage: LanguageModelUsage | undefined): Usage | null {
  if (usage?.inputTokens === undefined || usage.outputTokens === undefined) return null
  return {
    inputTokens: count(usage.inputTokens),
    cachedInputTokens: count(usage.inputTokenDetails.cacheReadTokens ?? 0),
    outputTokens: count(usage.outputTokens),
  }
}

/** A number that a column and a sum can take, whatever the other side calls its usage. */
const count = (tokens: number): number =>
  Number.isFinite(tokens) ? Math.min(Math.max(0, Math.round(tokens)), 100_000_000) : 0

function failureOf(error: unknown, model: string, { now, timeout, signal }: Question): Failure {
  if (
    APICallError.isInstance(error) &&
    error.statusCode !== undefined &&
    (error.statusCode < 200 || error.statusCode > 299)
  ) {
    return badAnswer(error.statusCode, model, {
      said: error.message,
      retryAfter: retryAfter(error.responseHeaders?.['retry-after'] ?? null, now),
    })
  }
  if (error instanceof Error && error.name === 'TimeoutError' && !signal.aborted) {
    return new Failure('unknown', `${model}: no answer within ${Math.round(timeout / 1000)} s`, {
      cause: error,
    })
  }
  return noAnswer(error, model)
}

/** Follows no redirect with our key in hand, and stops reading where no answer can be that long. */
export const boundedFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, { ...init, redirect: 'manual' })
  if (response.body === null) return response
  let bytes = 0
  const bounded = response.body.pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, controller) {
        bytes += chunk.length
        if (bytes > MAX_RESPONSE_BYTES)
          controller.error(new Error(`the answer is longer than ${MAX_RESPONSE_BYTES} bytes`))
        else controller.enqueue(chunk)
      },
    }),
  )
  return new Response(bounded, {
    status: response.status,
    statusText: response.statusText,
    headers: response.headers,
  })
}
