import type { Model } from '../../judge/port.ts'
import { anthropic } from './anthropic.ts'
import { type CodexCli, codex } from './codex.ts'
import { openAiCompatible } from './openai-compatible.ts'

/** Whom the service can ask; null where the credentials are not set. */
export interface ModelSettings {
  readonly openai: { readonly apiKey: string; readonly baseUrl: string } | null
  readonly anthropic: { readonly apiKey: string; readonly baseUrl: string | null } | null
  readonly codex: CodexCli | null
}

/**
 * The models by the names policy gives them: `openai/gpt-5.2` is `gpt-5.2` on the wire,
 * `anthropic/<model>` likewise, and `codex` is the Codex CLI. Null for a name that nothing here can
 * ask, or whose credentials are not set; the start of the service refuses a policy that names such
 * a one.
 */
export function createModels(settings: ModelSettings): (name: string) => Model | null {
  const made = new Map<string, Model>()
  return (name) => {
    const model = made.get(name) ?? make(name, settings)
    if (model !== null) made.set(name, model)
    return model
  }
}

function make(name: string, settings: ModelSettings): Model | null {
  if (name === 'codex') return settings.codex && codex(settings.codex)
  const [, vendor, model] = /^(openai|anthropic)\/(\S+)$/.exec(name) ?? []
  if (model === undefined) return null
  if (vendor === 'openai') return settings.openai && openAiCompatible({ ...settings.openai, model })
  return settings.anthropic && anthropic({ ...settings.anthropic, model })
}
