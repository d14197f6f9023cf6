import type { Stage } from './task.ts'

export type Env = Readonly<Record<string, string | undefined>>
/** Reads a text file whole; throws where it cannot be read. */
export type ReadFile = (path: string) => string

export interface Settings {
  readonly host: string
  readonly port: number
  readonly logLevel: string
  /** Every token that is accepted, two during a rotation. None: everybody may submit. */
  readonly tokens: readonly string[]
  readonly argo: {
    /** Without a slash at its end. */
    readonly url: string
    readonly token: string | null
    /**
     * Where the token is read anew when Argo no longer takes it: a projected service account token
     * is replaced on disk.
     */
    readonly tokenFile: string | null
    readonly namespace: string
  }
  /**
   * The WorkflowTemplate of each stage; null where there is none, so that its tasks are refused.
   */
  readonly templates: Readonly<Record<Stage, string | null>>
}

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']
const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
const subdomain = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/
const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/i

/**
 * Reads the settings (contract section 2b) from the environment; an empty variable counts as unset.
 * Names every fault at once, one a line: the variable, what is wrong, what would be right. A
 * secret's value is never among them.
 */
export function configure(
  env: Env,
  readFile: ReadFile,
): { readonly ok: Settings } | { readonly faults: readonly string[] } {
  const faults: string[] = []
  const text = (name: string): string | null => env[name]?.trim() || null
  const say = (name: string, wrong: string, right: string): void =>
    void faults.push(`${name}: ${wrong}; ${right}`)
  const checked = (
    name: string,
    byDefault: string,
    right: RegExp | readonly string[],
    be: string,
  ): string => {
    const value = text(name) ?? byDefault
    const fits = right instanceof RegExp ? right.test(value) : right.includes(value)
    if (!fits) say(name, `${JSON.stringify(value)} is not right`, `it should be ${be}`)
    return value
  }
  const secret = (name: string): string | null => {
    const path = text(`${name}_FILE`)
    if (path === null) return text(name)
    if (text(name) !== null)
      say(`${name}_FILE`, `${name} is set too`, 'only one of the two should be')
    try {
      const held = readFile(path).trim()
      if (held === '') say(`${name}_FILE`, `${path} is empty`, 'the file should hold the value')
      return held || null
    } catch {
      say(
        `${name}_FILE`,
        `${path} cannot be read`,
        'it should be the path of a file that holds the value',
      )
      return null
    }
  }

  const host = text('HOST') ?? '127.0.0.1'
  const port = checked('PORT', '8081', /^\d{1,5}$/, 'a port number, 0 for a free one')
  if (/^\d{1,5}$/.test(port) && Number(port) > 65_535)
    say('PORT', `${port} is no port`, 'it should be 65535 at most')
  const tokens = tokensIn(secret('DISPATCHER_TOKEN'))
  if (tokens === null)
    say(
      'DISPATCHER_TOKEN',
      'its value is not right',
      'it should be a token, or two with a comma between',
    )
  const open =
    checked('ALLOW_UNAUTHENTICATED', 'false', ['true', 'false'], 'true or false') === 'true'
  if (tokens?.length === 0 && !open && !loopback.test(host)) {
    say(
      'DISPATCHER_TOKEN',
      `is not set, and HOST ${host} can be reached from outside`,
      'set it, or ALLOW_UNAUTHENTICATED=true',
    )
  }
  const url = text('ARGO_SERVER_URL')
  if (url === null)
    say(
      'ARGO_SERVER_URL',
      'is not set',
      'it should be the address of the Argo server, https://host:2746',
    )
  else if (!isBaseUrl(url))
    say(
      'ARGO_SERVER_URL',
      `${JSON.stringify(withoutUser(url))} is not right`,
      'it should be an address such as https://host:2746',
    )
  const token = secret('ARGO_TOKEN')
  const template = (name: string, byDefault: string): string | null =>
    text(name) === null && byDefault === ''
      ? null
      : checked(name, byDefault, subdomain, "a WorkflowTemplate's name")
  const settings: Settings = {
    host,
    port: Number(port),
    logLevel: checked('LOG_LEVEL', 'info', logLevels, `one of ${logLevels.join(', ')}`),
    tokens: tokens ?? [],
    argo: {
      url: (url ?? '').replace(/\/+$/, ''),
      // Argo's own tools keep the scheme in the variable.
      token: token?.replace(/^Bearer +/i, '') ?? null,
      tokenFile: text('ARGO_TOKEN_FILE'),
      namespace: checked('ARGO_NAMESPACE', 'argo-workflows', label, 'the name of a namespace'),
    },
    templates: {
      planning: template('WORKFLOW_TEMPLATE_PLANNING', ''),
      implementation: template('WORKFLOW_TEMPLATE_IMPLEMENTATION', 'codex-implementation'),
      review: template('WORKFLOW_TEMPLATE_REVIEW', ''),
    },
  }
  return faults.length > 0 ? { faults } : { ok: settings }
}

/** The tokens between commas; null where one is empty or could not stand in a header. */
function tokensIn(given: string | null): readonly string[] | null {
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

const withoutUser = (url: string): string => url.replace(/\/\/[^/@]*@/, '//…@')
