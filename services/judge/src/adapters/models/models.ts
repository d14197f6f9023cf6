import type { Model } from '../../judge/port.ts'
import { openAiCompatible } from './openai-compatible.ts'

export interface ModelSettings {
  readonly openai: { readonly apiKey: string; readonly baseUrl: string } | null
}

const OPENAI = 'openai/'

/**
 * The models by the names policy gives them: `openai/gpt-5.2` is `gpt-5.2` on the wire. Null for a name that nothing here can
 * ask, or whose credentials are not set; the start of the service refuses a policy that names such a one.
 */
export function createModels({ openai }: ModelSettings): (name: string) => Model | null {
  const made = new Map<string, Model>()
  return (name) => {
    if (openai === null || !name.startsWith(OPENAI) || name.length === OPENAI.length) return null
    const model = made.get(name) ?? openAiCompatible({ ...openai, model: name.slice(OPENAI.length) })
    made.set(name, model)
    return model
  }
}
