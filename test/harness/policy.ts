import { stringify } from 'yaml'

type Section = Readonly<Record<string, unknown>>

/** The shipped policy with short times, and with what a scenario overrides, as YAML. */
export function formatPolicy(over: Readonly<Record<string, unknown>> = {}): string {
  const base: Readonly<Record<string, Section | number>> = {
    version: 1,
    attempts: { max: 3, backoff: ['1s'], infrastructure_max: 3, dispatch_patience: '20s' },
    ci: { wait: '30s', no_checks_grace: '2s' },
    review: { wait: '30s', arrival: '2s', request_after: '0s' },
    judge: { models: ['openai/gpt-5.2'], timeout: '10s', patience: '10s' },
    patience: { github: '20s', artifacts: '10s', completion: '30s' },
  }
  const merged = Object.fromEntries(
    [...new Set([...Object.keys(base), ...Object.keys(over)])].map((key) => {
      const [under, top] = [base[key], over[key]]
      const both =
        typeof under === 'object' && typeof top === 'object' && top !== null && !Array.isArray(top)
      return [key, both ? { ...under, ...top } : (top ?? under)]
    }),
  )
  return stringify(merged)
}
