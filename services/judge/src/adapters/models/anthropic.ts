import { createAnthropic } from '@ai-sdk/anthropic'
import type { Model } from '../../judge/port.ts'
import { createSdkModel } from './sdk-model.ts'

export interface AnthropicSettings {
  /**
   * Requests go to `{baseUrl}/messages`; null: Anthropic's own API. A URL without a path means its
   * `/v1`.
   */
  readonly baseUrl: string | null
  readonly apiKey: string
  /** The model's name in the API, without `anthropic/`. */
  readonly model: string
}

export const VENDOR_URL = 'https://api.anthropic.com/v1'

/**
 * A model behind Anthropic's messages API, with the verdict's JSON schema. The SDK knows which
 * models support a schema and forces a tool call for the others.
 */
export function createAnthropicModel({ baseUrl, apiKey, model }: AnthropicSettings): Model {
  const baseURL = addVersion(baseUrl ?? VENDOR_URL)
  return createSdkModel(
    (fetch) => createAnthropic({ baseURL, apiKey, fetch })(model),
    model,
    'ANTHROPIC_API_KEY',
  )
}

/** Anthropic's programs expect this URL without the version, others with it. */
export function addVersion(baseUrl: string): string {
  const url = baseUrl.replace(/\/+$/, '')
  return new URL(url).pathname === '/' ? `${url}/v1` : url
}
