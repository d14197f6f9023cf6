import type { AddedSecret } from '../diff/added-secret.ts'
import { sha256 } from '../lib/ids.ts'
import { pluralize } from '../lib/text.ts'
import { describeWaiver, findWaiver } from '../run/waiver.ts'
import { type EvidenceItem, type Gate, pass, refuse } from './gate.ts'
import { hasNoPullRequest, waitForFact } from './wait-for-fact.ts'

/** The change adds no secret, or only ones that a person has accepted. Values are never shown. */
export const secrets: Gate = {
  name: 'secrets',
  dependsOn: ['head'],
  needs: ['diff'],
  evaluate(facts, policy, now) {
    if (hasNoPullRequest(facts)) return pass('there is no pull request')
    const { addedSecrets, diff, waivers } = facts
    if (addedSecrets.kind !== 'known')
      return waitForFact(addedSecrets, {
        what: 'github',
        facts,
        policy,
        now,
        wouldChange: ['head'],
      })
    if (diff.kind === 'known' && diff.value.tooLarge !== null)
      return pass('the change is too large to be searched')
    const found = addedSecrets.value.map((secret) => {
      const findingId = identifySecret(secret)
      return { secret, findingId, waiver: findWaiver(waivers, findingId) }
    })
    const accepted = found.flatMap(({ secret, findingId, waiver }): EvidenceItem[] =>
      waiver === null ? [] : [toItem(secret, { findingId, text: describeWaiver(waiver) })],
    )
    const open = found.filter(({ waiver }) => waiver === null)
    const [first] = open
    if (first === undefined)
      return pass(
        accepted.length === 0
          ? 'no secret is added'
          : `a person has accepted ${pluralize(accepted.length, 'finding')}`,
        accepted,
      )
    const { rule, path, line } = first.secret
    const more = open.length === 1 ? '' : ` (${open.length} in all)`
    return refuse(
      'secret_found',
      `The change adds what looks like a secret (${rule}) at ${path}:${line}${more}.`,
      [
        ...open.map(({ secret, findingId }) =>
          toItem(secret, {
            findingId,
            text:
              'remove it from every commit of the branch, and revoke it: ' +
              'what was pushed counts as known to others',
          }),
        ),
        ...accepted.map((item): EvidenceItem => ({ ...item, kind: 'settled' })),
      ],
    )
  },
}

/** The same for the same secret in the same file, wherever it stands there. */
const identifySecret = ({ rule, path, digest }: AddedSecret): string =>
  `secret-${sha256(JSON.stringify([rule, path, digest])).slice(0, 16)}`

const toItem = (
  { rule, path, line }: AddedSecret,
  { findingId, text }: { readonly findingId: string; readonly text: string },
): EvidenceItem => ({
  kind: 'finding',
  text: `a secret (${rule}): ${text}`,
  path,
  line,
  findingId,
})
