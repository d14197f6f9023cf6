import type { AgentStream } from '../artifacts/evidence.ts'
import { clip } from '../lib/text.ts'
import { type EvidenceItem, type Gate, type GateResult, pass, refuse } from './gate.ts'
import { waitForFact } from './wait-for-fact.ts'

/**
 * The workflow and the agent's last turn succeeded. Why they did not decides what follows: a
 * failure of the agent's work uses an attempt, an infrastructure failure does not, and a workflow
 * that a person stopped is over.
 */
export const workflow: Gate = {
  name: 'workflow',
  dependsOn: ['completion', 'artifacts'],
  needs: ['evidence'],
  evaluate(facts, policy, now) {
    const { phase, phaseMessage, shutdown } = facts.run.claims
    const phaseNote: EvidenceItem[] = [
      {
        kind: 'note',
        text: `phase ${phase ?? 'unknown'}${phaseMessage ? `: ${clip(phaseMessage, 300)}` : ''}`,
      },
    ]
    if (shutdown !== null)
      return refuse(
        'stopped_by_person',
        `A person ${shutdown === 'Stop' ? 'stopped' : 'terminated'} the workflow in Argo.`,
        phaseNote,
      )
    if (
      phase === 'Error' ||
      (phase !== 'Succeeded' && looksLikeInfrastructure(phaseMessage ?? ''))
    ) {
      return refuse(
        'infrastructure',
        `The workflow ended in ${phase}: ${clip(phaseMessage ?? 'no message', 200)}.`,
        phaseNote,
      )
    }
    if (facts.evidence.kind !== 'known') {
      return waitForFact(facts.evidence, {
        what: 'artifacts',
        facts,
        policy,
        now,
        wouldChange: ['artifacts'],
        items: facts.run.claims.artifacts.map(({ name }) => ({ text: name, url: null })),
      })
    }
    const { stream, logs } = facts.evidence.value
    const failedTurn = checkLastTurn(stream, phaseNote)
    if (failedTurn !== null) return failedTurn
    if (phase === 'Succeeded') return pass('the workflow succeeded', phaseNote)
    const log = logs.agent ?? logs.log ?? logs.main ?? logs.runtime
    const evidence =
      log === undefined
        ? phaseNote
        : [
            ...phaseNote,
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
 * The refusal of a failed last turn, or null. A turn can fail although the agent's process exits
 * with 0; `error` events alone do not count, only how the turn ended.
 */
function checkLastTurn(
  stream: AgentStream | null,
  phaseNote: readonly EvidenceItem[],
): GateResult | null {
  if (stream === null || stream.lastTurn.kind !== 'failed') return null
  const message = clip(stream.lastTurn.message, 300)
  const evidence: EvidenceItem[] = [
    ...phaseNote,
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
 * How Kubernetes and Argo report that a pod was removed, rather than that its program failed. Exit
 * code 137 is SIGKILL: the out-of-memory killer or an eviction, and hardly ever the program itself.
 */
const infrastructurePatterns = [
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

/** An ordinary exit is the program's own, and what a message says after it comes from there. */
const ownExitPattern = /\bexit(?:ed)?(?: with)?(?: (?:code|status))?[:= ]+(?!137\b)\d+/i
/** Names of steps and tests are quoted or hyphenated; they do not report what happened. */
const quotedNames = /(["'`])(?:(?!\1).){0,300}\1|\b[\w.]+(?:-[\w.]+)+/g
const hyphenatedTerms = /^(?:back-off|out-of-memory|shut-down)\.?$/i

/** True if a workflow's message reports an infrastructure failure. */
export function looksLikeInfrastructure(message: string): boolean {
  const text = message.slice(0, 4_000)
  const exit = text.search(ownExitPattern)
  const relevant = (exit === -1 ? text : text.slice(0, exit)).replace(quotedNames, (name) =>
    hyphenatedTerms.test(name) ? name : ' x ',
  )
  return infrastructurePatterns.some((pattern) => pattern.test(relevant))
}
