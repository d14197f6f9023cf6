import picomatch from 'picomatch'
import { pluralize } from '../lib/text.ts'
import { type EvidenceItem, type Gate, pass, refuse } from './gate.ts'
import { hasNoPullRequest, waitForFact } from './wait-for-fact.ts'

/** The change stays within the paths and the size that policy allows. */
export const scope: Gate = {
  name: 'scope',
  dependsOn: ['head'],
  needs: ['diff'],
  evaluate(facts, policy, now) {
    if (hasNoPullRequest(facts)) return pass('there is no pull request')
    const { diff } = facts
    if (diff.kind !== 'known')
      return waitForFact(diff, { what: 'github', facts, policy, now, wouldChange: ['head'] })
    const { files, added, removed, tooLarge } = diff.value
    if (tooLarge !== null)
      return refuse('out_of_scope', `The change is too large to be read: ${tooLarge}.`)

    const { allowed_paths, denied_paths, max_files, max_lines } = policy.diff
    const allowed = picomatch([...allowed_paths], { dot: true })
    const denied = picomatch([...denied_paths], { dot: true })
    const forbidden = [...new Set(files.flatMap(({ path, oldPath }) => [path, oldPath]))].filter(
      (path) => denied(path) || !allowed(path),
    )
    const lines = added + removed
    const faults: EvidenceItem[] = [
      ...forbidden.map(
        (path): EvidenceItem => ({ kind: 'file', text: `${path} may not be changed`, path }),
      ),
      ...(files.length > max_files
        ? [
            {
              kind: 'note' as const,
              text: `${pluralize(files.length, 'file')} changed, ${max_files} allowed`,
            },
          ]
        : []),
      ...(lines > max_lines
        ? [
            {
              kind: 'note' as const,
              text: `${pluralize(lines, 'line')} changed, ${max_lines} allowed`,
            },
          ]
        : []),
    ]
    if (faults.length === 0) return pass(`within the allowed paths and size`)
    return refuse('out_of_scope', `The change goes beyond its scope: ${faults[0]?.text}.`, faults)
  },
}
