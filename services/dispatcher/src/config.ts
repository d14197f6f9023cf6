import { createEnvReader, type Env, type EnvReader, type ReadFile } from './env-reader.ts'
import type { Stage } from './task.ts'

export interface Settings {
  readonly host: string
  readonly port: number
  readonly logLevel: string
  /** Every accepted token, two during a rotation. Empty: no token is needed. */
  readonly tokens: readonly string[]
  readonly argo: {
    /** Without a trailing slash. */
    readonly url: string
    readonly token: string | null
    /** Read again when Argo rejects the token: a projected service account token is replaced. */
    readonly tokenFile: string | null
    readonly namespace: string
  }
  /** The WorkflowTemplate of each stage; tasks of a stage without one are rejected. */
  readonly templates: Readonly<Record<Stage, string | null>>
}

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']
const namespacePattern = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
const templatePattern = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/
const portPattern = /^\d{1,5}$/
const loopbackPattern = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/i

/**
 * Reads the settings (docs/contract.md, "Environment"). Reports every fault at once, one per line:
 * the variable, what is wrong, and what is expected. The value of a secret is never in a fault.
 */
export function configure(
  env: Env,
  readFile: ReadFile,
): { readonly ok: Settings } | { readonly faults: readonly string[] } {
  const reader = createEnvReader(env, readFile)
  const host = reader.readText('HOST') ?? '127.0.0.1'
  const settings: Settings = {
    host,
    port: readPort(reader),
    tokens: readTokens(reader, host),
    argo: readArgo(reader),
    logLevel: reader.readChecked('LOG_LEVEL', {
      fallback: 'info',
      allowed: logLevels,
      expected: `one of ${logLevels.join(', ')}`,
    }),
    templates: {
      planning: readTemplate(reader, 'WORKFLOW_TEMPLATE_PLANNING', null),
      implementation: readTemplate(
        reader,
        'WORKFLOW_TEMPLATE_IMPLEMENTATION',
        'codex-implementation',
      ),
      review: readTemplate(reader, 'WORKFLOW_TEMPLATE_REVIEW', null),
    },
  }
  return reader.faults.length > 0 ? { faults: reader.faults } : { ok: settings }
}

function readPort({ readChecked, addFault }: EnvReader): number {
  const port = readChecked('PORT', {
    fallback: '8081',
    allowed: portPattern,
    expected: 'a port number, 0 for a free one',
  })
  if (portPattern.test(port) && Number(port) > 65_535)
    addFault('PORT', `${port} is not a port`, 'expected at most 65535')
  return Number(port)
}

/**
 * Without a token, `host` must be a loopback address, or open access must be allowed explicitly.
 */
function readTokens(
  { readSecret, readChecked, addFault }: EnvReader,
  host: string,
): readonly string[] {
  const tokens = parseTokens(readSecret('DISPATCHER_TOKEN'))
  if (tokens === null)
    addFault(
      'DISPATCHER_TOKEN',
      'its value is invalid',
      'expected one token, or two separated by a comma',
    )
  const allowUnauthenticated = readChecked('ALLOW_UNAUTHENTICATED', {
    fallback: 'false',
    allowed: ['true', 'false'],
    expected: 'true or false',
  })
  if (tokens?.length === 0 && allowUnauthenticated !== 'true' && !loopbackPattern.test(host)) {
    addFault(
      'DISPATCHER_TOKEN',
      `is not set, but HOST ${host} can be reached from other machines`,
      'set it, or set ALLOW_UNAUTHENTICATED=true',
    )
  }
  return tokens ?? []
}

function readArgo(reader: EnvReader): Settings['argo'] {
  const url = reader.readText('ARGO_SERVER_URL')
  if (url === null)
    reader.addFault(
      'ARGO_SERVER_URL',
      'is not set',
      'expected the address of the Argo server, such as https://host:2746',
    )
  else if (!isBaseUrl(url))
    reader.addFault(
      'ARGO_SERVER_URL',
      `${JSON.stringify(hideUserInfo(url))} is invalid`,
      'expected an address such as https://host:2746',
    )
  const token = reader.readSecret('ARGO_TOKEN')
  return {
    url: (url ?? '').replace(/\/+$/, ''),
    // Argo's own tools keep the scheme in the variable.
    token: token?.replace(/^Bearer +/i, '') ?? null,
    tokenFile: reader.readText('ARGO_TOKEN_FILE'),
    namespace: reader.readChecked('ARGO_NAMESPACE', {
      fallback: 'argo-workflows',
      allowed: namespacePattern,
      expected: 'the name of a namespace',
    }),
  }
}

function readTemplate(reader: EnvReader, name: string, fallback: string | null): string | null {
  if (fallback === null && reader.readText(name) === null) return null
  return reader.readChecked(name, {
    fallback: fallback ?? '',
    allowed: templatePattern,
    expected: 'the name of a WorkflowTemplate',
  })
}

/** The tokens between the commas; null if one is empty or is not valid in a header. */
function parseTokens(given: string | null): readonly string[] | null {
  if (given === null) return []
  const tokens = given.split(',').map((token) => token.trim())
  return tokens.every((token) => /^[\x21-\x7e]+$/.test(token)) ? tokens : null
}

function isBaseUrl(given: string): boolean {
  const url = URL.parse(given)
  return (
    url !== null &&
    /^https?:$/.test(url.protocol) &&
    url.search === '' &&
    url.hash === '' &&
    url.username === ''
  )
}

const hideUserInfo = (url: string): string => url.replace(/\/\/[^/@]*@/, '//…@')
