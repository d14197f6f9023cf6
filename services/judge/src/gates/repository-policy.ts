import { type Gate, pass, refuse } from './gate.ts'
import { waitForFact } from './wait-for-fact.ts'

/**
 * The repository's own policy file can be used, if it has one. An unusable file is not treated as
 * absent, because its rules may be stricter than the service's.
 */
export const repositoryPolicy: Gate = {
  name: 'policy',
  dependsOn: ['policy'],
  needs: [],
  evaluate(facts, policy, now) {
    const reading = facts.repositoryPolicy
    if (reading.kind !== 'known')
      return waitForFact(reading, {
        what: 'policy',
        facts,
        policy,
        now,
        wouldChange: ['policy'],
      })
    if (reading.value.kind === 'invalid') {
      return refuse(
        'policy_invalid',
        'The .codex-judge.yml of the default branch cannot be used.',
        reading.value.faults.map((text) => ({ kind: 'note', text })),
      )
    }
    if (reading.value.kind === 'absent') return pass("the service's policy applies")
    const ignored = reading.value.ignored.map((key) => ({
      kind: 'note' as const,
      text: `ignored: ${key}`,
    }))
    return pass("the repository's policy applies", ignored)
  },
}
