import { messageOf } from '../lib/failure.ts'
import { listed } from '../lib/text.ts'
import { readPolicyFile, type ServicePolicy } from '../policy/read.ts'
import { type Env, fault, type ReadFile, readSettings } from './read-settings.ts'
import type { Settings } from './settings.ts'
import type { Variable } from './settings-schema.ts'

/*
 * What the service is told from outside, all of it, before anything is started: the environment and
 * the policy file. Reading is pure over an environment and a file reader, so that only main.ts
 * touches the process.
 */

export interface Configuration {
  readonly settings: Settings
  readonly policy: ServicePolicy
}

/**
 * What a command over the database alone needs: settings and policy, without asking for credentials
 * of systems it never talks to. Faults as of `configure`.
 */
export function configureDatabase(
  env: Env,
  readFile: ReadFile,
): { readonly ok: Configuration } | { readonly faults: readonly string[] } {
  const { settings, faults } = readSettings(env, readFile)
  const policy = readPolicy(policyFileOf(env), readFile)
  const all = [...faults, ...('faults' in policy ? policy.faults : [])]
  if (settings === null || 'faults' in policy || all.length > 0) return { faults: all }
  return { ok: { settings, policy: policy.ok } }
}

const policyFileOf = (env: Env): string => env.POLICY_FILE?.trim() || 'config/policy.yml'

/**
 * Settings and policy together, or every fault of both at once, one a line: variable or place in
 * the policy file, what is wrong, what would be right. Faults mean exit code 2.
 */
export function configure(
  env: Env,
  readFile: ReadFile,
): { readonly ok: Configuration } | { readonly faults: readonly string[] } {
  const { settings, faults, set } = readSettings(env, readFile)
  const policyFile = policyFileOf(env)
  const policy = readPolicy(policyFile, readFile)
  const all = [
    ...faults,
    ...('faults' in policy ? policy.faults : []),
    ...reachableFaults(env, set),
    ...githubFaults(set),
    ...('ok' in policy ? modelFaults(policy.ok.values.judge.models, policyFile, set) : []),
  ]
  if (settings === null || 'faults' in policy || all.length > 0) return { faults: all }
  return { ok: { settings, policy: policy.ok } }
}

function readPolicy(
  path: string,
  readFile: ReadFile,
): { readonly ok: ServicePolicy } | { readonly faults: readonly string[] } {
  let text: string
  try {
    text = readFile(path)
  } catch (error) {
    return {
      faults: [
        fault(
          'POLICY_FILE',
          `${path} cannot be read (${messageOf(error)})`,
          'it should be the path of a policy such as config/policy.yml',
        ),
      ],
    }
  }
  const read = readPolicyFile(text)
  if ('ok' in read) return read
  return {
    faults: read.faults.map(
      ({ line, key, wrong, right }) =>
        `${path}:${line}: ${key === '' ? '' : `${key}: `}${wrong}; ${right}`,
    ),
  }
}

/** What others can reach needs all three tokens, or an operator who says that it does not. */
function reachableFaults(env: Env, set: ReadonlySet<Variable>): readonly string[] {
  const host = env.HOST?.trim() || '127.0.0.1'
  if (isLoopback(host) || /^true$/i.test(env.ALLOW_UNAUTHENTICATED?.trim() ?? '')) return []
  return (['INGEST_TOKEN', 'OPERATOR_TOKEN', 'READ_TOKEN'] as const)
    .filter((variable) => !set.has(variable))
    .map((variable) =>
      fault(
        variable,
        `is not set, and others can reach HOST ${host}`,
        'set it, or ALLOW_UNAUTHENTICATED=true',
      ),
    )
}

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[?(?:::1|::ffff:127(?:\.\d{1,3}){3})\]?)$/i

/** True for an address that only this machine can reach. */
const isLoopback = (host: string): boolean => loopback.test(host)

const demo = '`npm run demo` shows the service without any credentials'

/** Without GitHub nothing can be judged. */
function githubFaults(set: ReadonlySet<Variable>): readonly string[] {
  if (set.has('GITHUB_TOKEN') || set.has('GITHUB_APP_ID') || set.has('GITHUB_APP_PRIVATE_KEY'))
    return []
  return [
    fault(
      'GITHUB_TOKEN',
      'is not set, and neither is GITHUB_APP_ID with GITHUB_APP_PRIVATE_KEY',
      `set one of them: with \`judge.models: []\` in the policy the gates decide alone, but they read GitHub, too; ${demo}`,
    ),
  ]
}

/** A policy that names a model nobody can ask cannot be followed. */
function modelFaults(
  models: readonly string[],
  policyFile: string,
  set: ReadonlySet<Variable>,
): readonly string[] {
  const keys = [...new Set(models.map(keyFor))]
  return keys
    .filter((variable) => !set.has(variable))
    .map((variable) => {
      const named = listed(models.filter((model) => keyFor(model) === variable))
      return fault(
        variable,
        `is not set, but the policy asks ${named}`,
        `set it, or let the gates decide alone with \`judge.models: []\` in ${policyFile}; ${demo}`,
      )
    })
}

/** Whose key a model is asked with. The Codex CLI is given OpenAI's. */
const keyFor = (model: string): 'OPENAI_API_KEY' | 'ANTHROPIC_API_KEY' =>
  model.startsWith('anthropic/') ? 'ANTHROPIC_API_KEY' : 'OPENAI_API_KEY'
