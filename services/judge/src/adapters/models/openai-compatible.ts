import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import type { Model } from '../../judge/port.ts'
import { createSdkModel } from './sdk-model.ts'

export interface OpenAiCompatibleSettings {
  /** Requests go to `{baseUrl}/chat/completions`. */
  readonly baseUrl: string
  readonly apiKey: string
  /** The model's name in the API, such as `gpt-5.2`. */
  readonly model: string
}

/** A model behind OpenAI's chat completions API, with the verdict's strict JSON schema. */
export function createOpenAiCompatibleModel({
  baseUrl,
  apiKey,
  model,
}: OpenAiCompatibleSettings): Model {
  const settings = {
    name: 'openai',
    baseURL: baseUrl.replace(/\/+$/, ''),
    apiKey,
    supportsStructuredOutputs: true,
    // Reasoning models reject the older name of the limit.
    transformRequestBody: ({ max_tokens, ...body }: Record<string, unknown>) => ({
      ...body,
      max_completion_tokens: max_tokens,
    }),
  }
  return createSdkModel(
    (fetch) => createOpenAICompatible({ ...settings, fetch }).chatModel(model),
    model,
    'OPENAI_API_KEY',
  )
}
