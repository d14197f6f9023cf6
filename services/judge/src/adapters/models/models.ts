import type { Model } from '../../judge/port.ts'
import { createAnthropicModel } from './anthropic.ts'
import { type CodexCli, createCodexModel } from './codex.ts'
import { createOpenAiCompatibleModel } from './openai-compatible.ts'

/** The configured providers; null if the credentials are not set. */
export interface ModelSettings {
  readonly openai: { readonly apiKey: string; readonly baseUrl: string } | null
  readonly anthropic: { readonly apiKey: string; readonly baseUrl: string | null } | null
  readonly codex: CodexCli | null
}

/**
 * Resolves the model names of a policy: `openai/gpt-5.2` is `gpt-5.2` in the API, likewise
 * `anthropic/<model>`, and `codex` is the Codex CLI. Returns null for an unknown name or one
 * without credentials; the service does not start with a policy that names such a model.
 */
export function createModels(settings: ModelSettings): (name: string) => Model | null {
  const models = new Map<string, Model>()
  return (name) => {
    const model = models.get(name) ?? createModel(name, settings)
    if (model !== null) models.set(name, model)
    return model
  }
}

function createModel(name: string, settings: ModelSettings): Model | null {
  if (name === 'codex') return settings.codex && createCodexModel(settings.codex)
  const [, vendor, model] = /^(openai|anthropic)\/(\S+)$/.exec(name) ?? []
  if (model === undefined) return null
  if (vendor === 'openai')
    return settings.openai && createOpenAiCompatibleModel({ ...settings.openai, model })
  return settings.anthropic && createAnthropicModel({ ...settings.anthropic, model })
}
