import type { AgentStream } from '../artifacts/evidence.ts'
import { clip } from '../lib/text.ts'
import { type EvidenceItem, type Gate, type GateResult, pass, refuse } from './gate.ts'
import { waitFor } from './unknown.ts'

/**
 * A workflow that did not succeed never completes. Why it did not succeed decides whether the agent
 * is asked again (its work failed) or the same task is sent again (the ground gave way).
 */
export const workflow: Gate = {
  name: 'workflow',
  dependsOn: ['completion', 'artifacts'],
  needs: ['evidence'],
  evaluate(facts, policy) {
    const { phase, phaseMessage } = facts.run.claims
    const told: EvidenceItem[] = [
      {
        kind: 'note',
        text: `phase ${phase ?? 'unknown'}${phaseMessage ? `: ${clip(phaseMessage, 300)}` : ''}`,
      },
    ]
    if (phase === 'Error' || (phase !== 'Succeeded' && groundGaveWay(phaseMessage ?? ''))) {
      return refuse(
        'infrastructure',
        `The workflow ended in ${phase}: ${clip(phaseMessage ?? 'no message', 200)}.`,
        told,
      )
    }
    if (facts.evidence.kind !== 'known') {
      return waitFor(facts.evidence, {
        what: 'artifacts',
        facts,
        policy,
        wouldChange: ['artifacts'],
      })
    }
    const { stream, logs } = facts.evidence.value
    const ended = lastTurn(stream, told)
    if (ended !== null) return ended
    if (phase === 'Succeeded') return pass('the workflow succeeded', told)
    const log = logs.agent ?? logs.log ?? logs.main ?? logs.runtime
    const evidence =
      log === undefined
        ? told
        : [
            ...told,
            {
              kind: 'log' as const,
              text: 'the end of its log',
              detail: clip(log.slice(-4000), 4000),
            },
          ]
    return refuse(
      'workflow_failed',
      `The workflow ended in ${phase}: ${clip(phaseMessage ?? 'no message', 200)}.`,
      evidence,
    )
  },
}

/**
 * The agent's last turn can fail though its process exits 0, and `error` events alone mean nothing:
 * only the turn's end counts.
 */
function lastTurn(stream: AgentStream | null, told: readonly EvidenceItem[]): GateResult | null {
  if (stream === null || stream.lastTurn.kind !== 'failed') return null
  const message = clip(stream.lastTurn.message, 300)
  const evidence: EvidenceItem[] = [
    ...told,
    {
      kind: 'log',
      text: `the agent's last turn failed: ${message}`,
      detail: stream.lastTurn.message,
    },
  ]
  return refuse(
    stream.lastTurn.ground ? 'infrastructure' : 'workflow_failed',
    `The agent's last turn failed: ${message}`,
    evidence,
  )
}

/**
 * Words with which Kubernetes and Argo say that a pod was taken away rather than that its program
 * failed. 137 is SIGKILL: the out-of-memory killer or an eviction, hardly ever the program's own
 * choice.
 */
const groundWords = [
  /\bexit(?:ed)?(?: with)?(?: (?:code|status))?[:= ]+137\b(?!\.\d)/i,
  /\bexit_?code[:= ]+137\b/i,
  /\bOOM ?Killed\b/i,
  /\bout[ -]of[ -]memory\b/i,
  /\bevicted\b/i,
  /(?:\b(?:pod|node|container|workload|kubelet|taint|API|due to|by|after|during)\b[^.;,]{0,40}|^\s*)\beviction\b/i,
  /\blow on resources?\b/i,
  /\bpods?\b(?:\s+\S+)?\s+(?:(?:was|were|has been|is being|got)\s+)?delet(?:ed|ion)\b/i,
  /\bpreempt(?:ed|ion|ing)\b/i,
  /\b(?:ErrImagePull|ErrImageNeverPull|ImagePullBackOff|InvalidImageName)\b/i,
  /\b(?:fail(?:ed|ure) to pull|back-?off pulling|(?:error|failed) pulling) (?:the )?(?:container )?image\b/i,
  /\bimage (?:pull (?:fail(?:ed|ure)?|error|back-?off)|could not be pulled)\b/i,
  /\bnode\b(?:\s+\S+)?\s+(?:(?:was|is|has been|became|went)\s+)?(?:lost|deleted|not ?ready|shut ?down|shutting down|unreachable|unresponsive|gone)\b/i,
  /\b(?:lost|loss of) (?:the )?node\b|\bnode loss\b/i,
  /\bNode(?:Lost|NotReady|Shutdown|Affinity)\b/,
]

/**
 * An ordinary exit is the program's own: what is told after it is the program's words, and no
 * longer the ground's.
 */
const ownExit = /\bexit(?:ed)?(?: with)?(?: (?:code|status))?[:= ]+(?!137\b)\d+/i
/** Names of steps and tests stand in quotes or have hyphens, and name nothing that happened. */
const names = /(["'`])(?:(?!\1).){0,300}\1|\b[\w.]+(?:-[\w.]+)+/g
const hyphened = /^(?:back-off|out-of-memory|shut-down)\.?$/i

export function groundGaveWay(message: string): boolean {
  const said = message.slice(0, 4_000)
  const exit = said.search(ownExit)
  const told = (exit === -1 ? said : said.slice(0, exit)).replace(names, (name) =>
    hyphened.test(name) ? name : ' x ',
  )
  return groundWords.some((pattern) => pattern.test(told))
}
