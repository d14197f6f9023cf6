import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import type { Model } from '../../judge/port.ts'
import { boundedFetch, sdkModel } from './sdk-model.ts'

export interface OpenAiCompatible {
  /** Questions go to `{baseUrl}/chat/completions`. */
  readonly baseUrl: string
  readonly apiKey: string
  /** The model's name on the wire, `gpt-5.2`. */
  readonly model: string
}

/** A model behind OpenAI's chat completions, asked for the verdict by its strict JSON schema. */
export function openAiCompatible({ baseUrl, apiKey, model }: OpenAiCompatible): Model {
  const provider = createOpenAICompatible({
    name: 'openai',
    baseURL: baseUrl.replace(/\/+$/, ''),
    apiKey,
    supportsStructuredOutputs: true,
    fetch: boundedFetch,
    // Reasoning models refuse the older name of the limit.
    transformRequestBody: ({ max_tokens, ...body }) => ({
      ...body,
      max_completion_tokens: max_tokens,
    }),
  })
  return sdkModel(provider.chatModel(model), model)
}
