import { type Gate, pass, refuse } from './gate.ts'
import { waitFor } from './unknown.ts'

/**
 * A repository's own policy file that cannot be used must not be taken for no file: its rules may
 * be the stricter ones.
 */
export const repositoryPolicy: Gate = {
  name: 'policy',
  dependsOn: ['policy'],
  needs: [],
  evaluate(facts, policy) {
    const reading = facts.repositoryPolicy
    if (reading.kind !== 'known')
      return waitFor(reading, { what: 'policy', facts, policy, wouldChange: ['policy'] })
    if (reading.value.kind === 'invalid') {
      return refuse(
        'policy_invalid',
        'The .codex-judge.yml of the default branch cannot be used.',
        reading.value.faults.map((text) => ({ kind: 'note', text })),
      )
    }
    if (reading.value.kind === 'absent') return pass("the service's policy holds")
    const ignored = reading.value.ignored.map((key) => ({
      kind: 'note' as const,
      text: `ignored: ${key}`,
    }))
    return pass("the repository's policy is applied", ignored)
  },
}
