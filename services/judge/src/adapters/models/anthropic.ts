import { createAnthropic } from '@ai-sdk/anthropic'
import type { Model } from '../../judge/port.ts'
import { boundedFetch, sdkModel } from './sdk-model.ts'

export interface Anthropic {
  /**
   * Questions go to `{baseUrl}/messages`; null: the vendor's. An address without a path means its
   * `/v1`.
   */
  readonly baseUrl: string | null
  readonly apiKey: string
  /** The model's name on the wire, without `anthropic/`. */
  readonly model: string
}

const VENDOR = 'https://api.anthropic.com/v1'

/**
 * A model behind Anthropic's messages, asked for the verdict by its JSON schema: natively where the
 * model can, else by a tool it must call, which the SDK knows of each model.
 */
export function anthropic({ baseUrl, apiKey, model }: Anthropic): Model {
  const provider = createAnthropic({
    baseURL: versioned(baseUrl ?? VENDOR),
    apiKey,
    fetch: boundedFetch,
  })
  return sdkModel(provider(model), model)
}

/** The vendor's own programs take this address without the version, others with it. */
function versioned(baseUrl: string): string {
  const url = baseUrl.replace(/\/+$/, '')
  return new URL(url).pathname === '/' ? `${url}/v1` : url
}
