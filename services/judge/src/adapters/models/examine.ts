import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { getErrorMessage } from '../../lib/failure.ts'
import type { Finding } from '../../lib/finding.ts'
import { asText, at, type Json, parseJson } from '../../lib/json.ts'
import { clip, collapseSpace } from '../../lib/text.ts'
import { fetchBounded, JSON_BYTES } from '../fetch-bounded.ts'
import { readFirstBytes } from '../read-first-bytes.ts'
import { addVersion, VENDOR_URL } from './anthropic.ts'

export interface ModelExamination {
  /** As the policy names them. */
  readonly models: readonly string[]
  readonly openai: { readonly apiKey: string | null; readonly baseUrl: string }
  readonly anthropic: { readonly apiKey: string | null; readonly baseUrl: string | null }
  readonly codex: { readonly bin: string; readonly path: string }
}

/** An API of models, with what its requests carry. */
interface ModelApi {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly keyVariable: string
  readonly urlVariable: string
  /** The models it must offer, as the policy names them. */
  readonly models: readonly string[]
}

/**
 * Checks the keys of the models that the policy names, by listing the models of each API, which
 * costs nothing, and whether the Codex CLI can be started. Never rejects.
 */
export async function examineModels(
  examination: ModelExamination,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const { codex } = examination
  // The policy may name a model again, for another sample.
  const models = [...new Set(examination.models)]
  if (models.length === 0)
    return [{ state: 'off', message: 'judge.models is empty: the gates decide alone' }]
  const findings = await Promise.all([
    ...listApis({ ...examination, models }).map((api) => examineApi(api, signal)),
    ...(models.includes('codex') ? [examineCodex(codex, signal)] : []),
  ])
  return findings.flat()
}

function listApis({ models, openai, anthropic }: ModelExamination): readonly ModelApi[] {
  const selectNames = (vendor: string) => models.filter((model) => model.startsWith(`${vendor}/`))
  const usesOpenai = models.includes('codex') || selectNames('openai').length > 0
  const apis: ModelApi[] = []
  if (usesOpenai && openai.apiKey !== null)
    apis.push({
      url: `${openai.baseUrl.replace(/\/+$/, '')}/models`,
      headers: { authorization: `Bearer ${openai.apiKey}` },
      keyVariable: 'OPENAI_API_KEY',
      urlVariable: 'OPENAI_BASE_URL',
      models: selectNames('openai'),
    })
  if (selectNames('anthropic').length > 0 && anthropic.apiKey !== null)
    apis.push({
      url: `${addVersion(anthropic.baseUrl ?? VENDOR_URL)}/models?limit=1000`,
      headers: { 'x-api-key': anthropic.apiKey, 'anthropic-version': '2023-06-01' },
      keyVariable: 'ANTHROPIC_API_KEY',
      urlVariable: 'ANTHROPIC_BASE_URL',
      models: selectNames('anthropic'),
    })
  return apis
}

async function examineApi(api: ModelApi, signal: AbortSignal): Promise<readonly Finding[]> {
  const { url, headers, keyVariable, urlVariable, models } = api
  const shown = url.replace(/\?.*$/, '')
  try {
    const response = await fetchBounded(
      url,
      { headers, redirect: 'manual', signal },
      { maxBytes: JSON_BYTES },
    )
    if (!response.ok) return [describeAnswer(api, response.status, await readFirstBytes(response))]
    const listed = listIds(parseJson(await response.text()))
    const missing = models.filter((model) => !listed.includes(model.replace(/^\w+\//, '')))
    return missing.length === 0
      ? [{ state: 'ok', message: `${shown} accepts ${keyVariable}` }]
      : missing.map((model) => ({
          state: 'warn',
          message: `${shown} does not list ${model}: check judge.models, and what the key may use`,
        }))
  } catch (error) {
    const reason = getErrorMessage(error)
    return [
      {
        state: 'failed',
        message: `${shown} cannot be used (${reason}): check ${urlVariable} and the network`,
      },
    ]
  }
}

function describeAnswer(
  { url, keyVariable, urlVariable }: ModelApi,
  status: number,
  body: string,
): Finding {
  const shown = url.replace(/\?.*$/, '')
  if (status === 401 || status === 403) {
    const said = body === '' ? '' : `: ${clip(collapseSpace(body), 200)}`
    return {
      state: 'failed',
      message: `${shown} answered ${status}${said}: set a valid ${keyVariable}`,
    }
  }
  // Some compatible servers have no list.
  if (status === 404 || status === 405 || status === 501)
    return {
      state: 'warn',
      message: `${shown} answered ${status}: ${keyVariable} is only checked by the first question`,
    }
  return { state: 'failed', message: `${shown} answered ${status}: check ${urlVariable}` }
}

function listIds(body: Json): readonly string[] {
  const data = at(body, 'data')
  return (Array.isArray(data) ? data : []).flatMap((model: Json) => asText(at(model, 'id')) ?? [])
}

const run = promisify(execFile)

async function examineCodex(
  { bin, path }: ModelExamination['codex'],
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  try {
    const { stdout } = await run(bin, ['--version'], { env: { PATH: path }, signal })
    return [{ state: 'ok', message: `${clip(collapseSpace(stdout), 100)} can be started` }]
  } catch (error) {
    const reason = clip(collapseSpace(getErrorMessage(error)), 200)
    return [
      {
        state: 'failed',
        message: `${bin} cannot be started (${reason}): set CODEX_BIN to the Codex CLI`,
      },
    ]
  }
}
