import type { Diff } from '../diff/diff.ts'
import { formatList, pluralize } from '../lib/text.ts'
import type { Policy } from '../policy/policy.ts'
import { type EvidenceItem, type Gate, pass, refuse } from './gate.ts'
import { findForbiddenPaths } from './path-rules.ts'
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
    const { tooLarge } = diff.value
    if (tooLarge !== null)
      return refuse('out_of_scope', `The change is too large to be read: ${tooLarge}.`)

    const faults = [...listForbidden(diff.value, policy), ...listExcesses(diff.value, policy)]
    const unread = listUnread(diff.value)
    const notes = unread.map(({ text }) => text)
    if (faults.length > 0)
      return refuse('out_of_scope', `The change goes beyond its scope: ${faults[0]?.text}.`, [
        ...faults,
        ...unread,
      ])
    const within = 'within the allowed paths and size'
    return pass(notes.length === 0 ? within : `${within}; ${formatList(notes)}`, unread)
  },
}

const listForbidden = ({ files }: Diff, { diff }: Policy): readonly EvidenceItem[] =>
  findForbiddenPaths(files, diff).map(({ path, because }) => ({
    kind: 'file',
    text: `${path} may not be changed: ${because}`,
    path,
  }))

function listExcesses({ files, added, removed }: Diff, { diff }: Policy): readonly EvidenceItem[] {
  const { max_files, max_lines } = diff
  const lines = added + removed
  return [
    { isOver: files.length > max_files, size: pluralize(files.length, 'file'), max: max_files },
    { isOver: lines > max_lines, size: pluralize(lines, 'line'), max: max_lines },
  ].flatMap(({ isOver, size, max }) =>
    isOver ? [{ kind: 'note' as const, text: `${size} changed, ${max} allowed` }] : [],
  )
}

/** What no gate and no model can read: binary files, and what a submodule brings. */
const listUnread = ({ files }: Diff): readonly EvidenceItem[] =>
  files.flatMap(({ path, binary, change, newMode }): readonly EvidenceItem[] => {
    if (change === 'deleted') return []
    if (newMode === '160000')
      return [{ kind: 'file', text: `${path} is a submodule, whose content is not read`, path }]
    return binary
      ? [{ kind: 'file', text: `${path} is binary, so its content is not read`, path }]
      : []
  })
