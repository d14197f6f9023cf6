import { getErrorMessage } from '../lib/failure.ts'
import { isLoopback } from '../lib/foreign-pages.ts'
import { formatList } from '../lib/text.ts'
import { readPolicyFile, type ServicePolicy } from '../policy/read-policy-file.ts'
import { type Env, formatFault, type ReadFile, readSettings } from './read-settings.ts'
import { createSecretReader, type RereadSecrets } from './reread-secrets.ts'
import type { Settings } from './settings.ts'
import type { Variable } from './settings-schema.ts'

/*
 * The complete configuration, read before anything starts: the environment and the policy file.
 * Both come in as arguments, so that only the entry points touch the process.
 */

export interface Configuration {
  readonly settings: Settings
  readonly policy: ServicePolicy
}

/** A configuration whose secrets can change while the service runs. */
export interface LiveConfiguration extends Configuration {
  /** Reads the files of secrets again; see `createSecretReader`. */
  readonly rereadSecrets: () => RereadSecrets
}

/** The configuration, or every fault in it: one line each, with what is wrong and what to do. */
export type Configured = { readonly ok: LiveConfiguration } | { readonly faults: readonly string[] }

/**
 * The configuration of a command that only uses the database: it needs no credentials of other
 * systems.
 */
export function configureDatabase(env: Env, readFile: ReadFile): Configured {
  const { settings, faults } = readSettings(env, readFile)
  const policy = readPolicy(findPolicyPath(env), readFile)
  const all = [...faults, ...('faults' in policy ? policy.faults : [])]
  if (settings === null || 'faults' in policy || all.length > 0) return { faults: all }
  const rereadSecrets = createSecretReader(env, readFile, settings)
  return { ok: { settings, policy: policy.ok, rereadSecrets } }
}

const findPolicyPath = (env: Env): string => env.POLICY_FILE?.trim() || 'config/policy.yml'

/**
 * The configuration of the service, or every fault of settings and policy at once. Each fault names
 * the variable or the line of the policy file. The program exits with code 2 on any fault.
 */
export function configure(env: Env, readFile: ReadFile): Configured {
  const { settings, faults, set } = readSettings(env, readFile)
  const policyFile = findPolicyPath(env)
  const policy = readPolicy(policyFile, readFile)
  const all = [
    ...faults,
    ...('faults' in policy ? policy.faults : []),
    ...collectAccessFaults(env, set),
    ...collectGithubFaults(set),
    ...('ok' in policy ? collectModelFaults(policy.ok.values.judge.models, policyFile, set) : []),
    ...('ok' in policy ? collectArgoFaults(policy.ok.values.runs.verify, policyFile, set) : []),
  ]
  if (settings === null || 'faults' in policy || all.length > 0) return { faults: all }
  const rereadSecrets = createSecretReader(env, readFile, settings)
  return { ok: { settings, policy: policy.ok, rereadSecrets } }
}

/** Reads a policy file; `variable` names where its path comes from. */
export function readPolicy(
  path: string,
  readFile: ReadFile,
  variable = 'POLICY_FILE',
): { readonly ok: ServicePolicy } | { readonly faults: readonly string[] } {
  let text: string
  try {
    text = readFile(path)
  } catch (error) {
    return {
      faults: [
        `${variable}: ${path} cannot be read (${getErrorMessage(error)}); ` +
          'expected the path of a policy file such as config/policy.yml',
      ],
    }
  }
  const read = readPolicyFile(text)
  if ('ok' in read) return read
  return {
    faults: read.faults.map(
      ({ line, key, wrong, remedy }) =>
        `${path}:${line}: ${key === '' ? '' : `${key}: `}${wrong}; ${remedy}`,
    ),
  }
}

/** A host that other machines can reach needs all three tokens, or explicit permission. */
function collectAccessFaults(env: Env, set: ReadonlySet<Variable>): readonly string[] {
  const host = env.HOST?.trim() || '127.0.0.1'
  if (isLoopback(host) || /^true$/i.test(env.ALLOW_UNAUTHENTICATED?.trim() ?? '')) return []
  return (['INGEST_TOKEN', 'OPERATOR_TOKEN', 'READ_TOKEN'] as const)
    .filter((variable) => !set.has(variable))
    .map((variable) =>
      formatFault(
        variable,
        `is not set, and other machines can reach HOST ${host}`,
        'set it, or set ALLOW_UNAUTHENTICATED=true',
      ),
    )
}

const DEMO_HINT = '`npm run demo` shows the service without any credentials'

/** The service cannot judge anything without GitHub. */
function collectGithubFaults(set: ReadonlySet<Variable>): readonly string[] {
  if (set.has('GITHUB_TOKEN') || set.has('GITHUB_APP_ID') || set.has('GITHUB_APP_PRIVATE_KEY'))
    return []
  return [
    formatFault(
      'GITHUB_TOKEN',
      'is not set, and neither is GITHUB_APP_ID with GITHUB_APP_PRIVATE_KEY',
      `set one of them; even with \`judge.models: []\` in the policy, where the gates ` +
        `decide alone, the service reads GitHub; ${DEMO_HINT}`,
    ),
  ]
}

/** Only Argo can say that a completion is true. */
const collectArgoFaults = (
  verify: 'when_known' | 'always',
  policyFile: string,
  set: ReadonlySet<Variable>,
): readonly string[] =>
  verify === 'when_known' || set.has('ARGO_SERVER_URL')
    ? []
    : [
        formatFault(
          'ARGO_SERVER_URL',
          `is not set, and ${policyFile} demands that Argo knows each completion`,
          'set it, or set `runs.verify: when_known`',
        ),
      ]

/** Each model of the policy needs the API key of its vendor. */
function collectModelFaults(
  models: readonly string[],
  policyFile: string,
  set: ReadonlySet<Variable>,
): readonly string[] {
  const keys = [...new Set(models.map(findKeyVariable))]
  return keys
    .filter((variable) => !set.has(variable))
    .map((variable) => {
      const named = formatList(models.filter((model) => findKeyVariable(model) === variable))
      return formatFault(
        variable,
        `is not set, but the policy names ${named}`,
        `set it, or let the gates decide alone with \`judge.models: []\` in ${policyFile}; ` +
          `${DEMO_HINT}`,
      )
    })
}

/** The variable with the API key of a model. The Codex CLI uses OpenAI's. */
const findKeyVariable = (model: string): 'OPENAI_API_KEY' | 'ANTHROPIC_API_KEY' =>
  model.startsWith('anthropic/') ? 'ANTHROPIC_API_KEY' : 'OPENAI_API_KEY'
