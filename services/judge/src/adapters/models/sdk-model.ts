import type { FinishReason } from 'ai'
import {
  APICallError,
  generateText,
  jsonSchema,
  type LanguageModelUsage,
  NoObjectGeneratedError,
  Output,
} from 'ai'
import { selectAnswerSchema } from '../../judge/answer-schema.ts'
import type { Usage } from '../../judge/cost.ts'
import { findDuplicateKey } from '../../judge/find-duplicate-key.ts'
import type { Model, ModelReply, ModelRequest } from '../../judge/port.ts'
import {
  type AnswerReading,
  createDuplicateKeyFault,
  readAnswer,
  type StopReason,
} from '../../judge/read-answer.ts'
import type { VerdictAnswer } from '../../judge/verdict.ts'
import { Failure } from '../../lib/failure.ts'
import { asText, at, type Json, parseJson } from '../../lib/json.ts'
import { parseRetryAfter } from '../../lib/parse-retry-after.ts'
import { fetchBounded } from '../fetch-bounded.ts'
import { toNoAnswerFailure, toStatusFailure } from '../http-failure.ts'

type LanguageModel = Parameters<typeof generateText>[0]['model']

/** More than the longest allowed answer with its envelope. */
const MAX_RESPONSE_BYTES = 8 * 1024 * 1024

// The SDK does not validate an answer without this function. The API gets the schema alone.
const buildCheckedSchema = (request: ModelRequest) =>
  jsonSchema<VerdictAnswer>(JSON.parse(JSON.stringify(selectAnswerSchema(request))), {
    validate: (value) => {
      const read = readAnswer(JSON.stringify(value))
      return read.kind === 'answer'
        ? { success: true, value: read.answer }
        : { success: false, error: new Error(read.fault) }
    },
  })

/**
 * A model behind the AI SDK, with the verdict's JSON schema. It sends one request: the council
 * decides about retries and their cost. `connect` binds the model to the `fetch` of one request.
 */
export const createSdkModel = (
  connect: (fetchAnswer: typeof fetch) => LanguageModel,
  name: string,
  keyVariable: 'OPENAI_API_KEY' | 'ANTHROPIC_API_KEY',
): Model => ({
  async ask(request) {
    const startedAt = performance.now()
    const body: Uint8Array[] = []
    const model = connect((input, init) => fetchAnswer(input, init, body))
    const reply = await generate(model, request).catch((error: unknown) => {
      throw toModelFailure(error, { name, keyVariable }, request)
    })
    return {
      ...reply,
      read: checkResponse(reply.read, Buffer.concat(body).toString('utf8')),
      tookMs: Math.round(performance.now() - startedAt),
    }
  },
})

/**
 * Checks an answer with the response as it was sent. The SDK keeps the last value of a key that the
 * input of a tool has twice, and ignores a refusal beside a text.
 */
function checkResponse(read: AnswerReading, response: string): AnswerReading {
  if (read.kind === 'fault') return read
  const duplicate = findDuplicateKey(response)
  if (duplicate !== null) return createDuplicateKeyFault(duplicate)
  return hasRefusal(response) ? readAnswer('', 'refused') : read
}

/** Whether a choice of a chat completion has the field `refusal`. */
function hasRefusal(response: string): boolean {
  const choices = at(parseJson(response), 'choices')
  return (
    Array.isArray(choices) &&
    choices.some((choice: Json) => asText(at(choice, 'message', 'refusal')) !== null)
  )
}

async function generate(
  model: LanguageModel,
  request: ModelRequest,
): Promise<Omit<ModelReply, 'tookMs'>> {
  try {
    const result = await generateText({
      model,
      instructions: request.system,
      prompt: request.user,
      maxRetries: 0,
      maxOutputTokens: request.maxOutputTokens,
      timeout: request.timeout,
      abortSignal: request.signal,
      output: Output.object({ name: 'verdict', schema: buildCheckedSchema(request) }),
    })
    return {
      text: result.text,
      read: readAnswer(result.text, toStop(result.finishReason)),
      usage: toUsage(result.usage),
    }
  } catch (error) {
    // The answer does not match the schema, but it has a text and a cost.
    if (!NoObjectGeneratedError.isInstance(error)) throw error
    const text = error.text ?? ''
    return { text, read: readAnswer(text, toStop(error.finishReason)), usage: toUsage(error.usage) }
  }
}

function toStop(reason: FinishReason | undefined): StopReason {
  if (reason === 'length' || reason === 'error') return 'cut'
  return reason === 'content-filter' ? 'refused' : 'done'
}

function toUsage(usage: LanguageModelUsage | undefined): Usage | null {
  if (usage?.inputTokens === undefined || usage.outputTokens === undefined) return null
  return {
    inputTokens: toTokenCount(usage.inputTokens),
    cachedInputTokens: toTokenCount(usage.inputTokenDetails.cacheReadTokens ?? 0),
    outputTokens: toTokenCount(usage.outputTokens),
  }
}

/** Limits a reported number to what a column and a sum can hold. */
const toTokenCount = (tokens: number): number =>
  Number.isFinite(tokens) ? Math.min(Math.max(0, Math.round(tokens)), 100_000_000) : 0

function toModelFailure(
  error: unknown,
  { name: model, keyVariable }: { readonly name: string; readonly keyVariable: string },
  { now, timeout, signal }: ModelRequest,
): Failure {
  if (
    APICallError.isInstance(error) &&
    error.statusCode !== undefined &&
    (error.statusCode < 200 || error.statusCode > 299)
  ) {
    return toStatusFailure(error.statusCode, model, {
      detail: error.message,
      remedy: (refused) =>
        refused === 'credentials'
          ? `set a valid ${keyVariable}`
          : `give the key in ${keyVariable} access to ${model}`,
      retryAfter: parseRetryAfter(error.responseHeaders?.['retry-after'] ?? null, now),
    })
  }
  if (error instanceof Error && error.name === 'TimeoutError' && !signal.aborted) {
    return new Failure('unknown', `${model}: no answer within ${Math.round(timeout / 1000)} s`, {
      cause: error,
    })
  }
  return toNoAnswerFailure(error, model)
}

/**
 * A `fetch` that follows no redirect, because the request has our key, limits the body, and adds it
 * to `body` as it arrives.
 */
async function fetchAnswer(
  input: Parameters<typeof fetch>[0],
  init: Parameters<typeof fetch>[1],
  body: Uint8Array[],
): Promise<Response> {
  const response = await fetchBounded(
    input,
    { ...init, redirect: 'manual' },
    { maxBytes: MAX_RESPONSE_BYTES },
  )
  if (response.body === null) return response
  const copied = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        body.push(chunk)
        controller.enqueue(chunk)
      },
    }),
  )
  return new Response(copied, response)
}
