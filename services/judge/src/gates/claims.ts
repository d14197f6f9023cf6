import { type ClaimFinding, checkClaims } from '../claims/check-claims.ts'
import { getKnownValue } from '../lib/known.ts'
import { pluralize } from '../lib/text.ts'
import { type EvidenceItem, type Gate, type GateFacts, pass } from './gate.ts'

/**
 * What the agent's last message claims to have run, compared with the commands of its events
 * stream. It never refuses and never waits: a claim decides nothing, supported or not.
 */
export const claims: Gate = {
  name: 'claims',
  dependsOn: ['artifacts'],
  needs: ['evidence'],
  evaluate(facts) {
    const found = checkAgentClaims(facts)
    if (found === null)
      return pass('the claims of the agent cannot be checked: no events are known')
    const open = found.filter(({ result }) => result !== 'supported')
    const claimed = pluralize(found.length, 'claim')
    const summary =
      found.length === 0
        ? 'the agent claims no test, build or lint'
        : open.length === 0
          ? `${claimed} of the agent, supported by its commands`
          : `${claimed} of the agent, ${open.length} not supported by its commands`
    return pass(
      summary,
      [...open, ...found.filter(({ result }) => result === 'supported')].map(toItem),
    )
  },
}

/** The checked claims of the agent's last message; null: its commands are not known. */
function checkAgentClaims({ evidence, enrichment }: GateFacts): readonly ClaimFinding[] | null {
  const stream = getKnownValue(evidence)?.stream ?? null
  if (stream === null || stream.commands === null) return null
  const messages = [stream.lastMessage, enrichment?.lastMessage ?? null]
  return checkClaims(
    messages.filter((message) => message !== null),
    stream.commands,
  )
}

const toItem = ({ result, sentence, command, because }: ClaimFinding): EvidenceItem => ({
  kind: 'settled',
  text: `${result}: "${sentence}" (${because}${command === null ? '' : `: ${command}`})`,
})
