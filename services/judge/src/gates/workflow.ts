import type { AgentStream } from '../artifacts/evidence.ts'
import { clip } from '../lib/text.ts'
import { type EvidenceItem, type Gate, type GateResult, pass, refuse } from './gate.ts'
import { waitFor } from './unknown.ts'

/**
 * A workflow that did not succeed never completes. Why it did not succeed decides whether the agent is asked again (its work
 * failed) or the same task is sent again (the ground gave way).
 */
export const workflow: Gate = {
  name: 'workflow',
  dependsOn: ['completion', 'artifacts'],
  needs: ['evidence'],
  evaluate(facts, policy) {
    const { phase, phaseMessage } = facts.run.claims
    const told: EvidenceItem[] = [
      { kind: 'note', text: `phase ${phase ?? 'unknown'}${phaseMessage ? `: ${clip(phaseMessage, 300)}` : ''}` },
    ]
    if (phase === 'Error' || (phase !== 'Succeeded' && groundGaveWay(phaseMessage ?? ''))) {
      return refuse(
        'infrastructure',
        `The workflow ended in ${phase}: ${clip(phaseMessage ?? 'no message', 200)}.`,
        told,
      )
    }
    if (facts.evidence.kind !== 'known') {
      return waitFor(facts.evidence, { what: 'artifacts', facts, policy, wouldChange: ['artifacts'] })
    }
    const { stream, logs } = facts.evidence.value
    const ended = lastTurn(stream, told)
    if (ended !== null) return ended
    if (phase === 'Succeeded') return pass('the workflow succeeded', told)
    const log = logs.agent ?? logs.log ?? logs.main ?? logs.runtime
    const evidence =
      log === undefined
        ? told
        : [...told, { kind: 'log' as const, text: 'the end of its log', detail: clip(log.slice(-4000), 4000) }]
    return refuse(
      'workflow_failed',
      `The workflow ended in ${phase}: ${clip(phaseMessage ?? 'no message', 200)}.`,
      evidence,
    )
  },
}

/** The agent's last turn can fail though its process exits 0, and `error` events alone mean nothing: only the turn's end counts. */
function lastTurn(stream: AgentStream | null, told: readonly EvidenceItem[]): GateResult | null {
  if (stream === null || stream.lastTurn.kind !== 'failed') return null
  const message = clip(stream.lastTurn.message, 300)
  const evidence: EvidenceItem[] = [
    ...told,
    { kind: 'log', text: `the agent's last turn failed: ${message}`, detail: stream.lastTurn.message },
  ]
  return refuse(
    stream.lastTurn.ground ? 'infrastructure' : 'workflow_failed',
    `The agent's last turn failed: ${message}`,
    evidence,
  )
}

/**
 * Words with which Kubernetes and Argo say that a pod was taken away rather than that its program failed. 137 is SIGKILL: the
 * out-of-memory killer or an eviction, hardly ever the program's own choice.
 */
const groundWords = [
  /\bexit(?:ed)?(?: with)?(?: code)?[: ]+137\b/i,
  /\bOOM ?Killed\b/i,
  /\bout of memory\b/i,
  /\bevict(?:ed|ion)\b/i,
  /\bpod (?:was )?deleted\b/i,
  /\bpreempt(?:ed|ion|ing)\b/i,
  /\b(?:ErrImagePull|ImagePullBackOff|InvalidImageName)\b/i,
  /\bfail(?:ed|ure) to pull image\b/i,
  /\bnode (?:was |is )?(?:lost|deleted|not ready|shutdown|shutting down|unreachable|gone)\b/i,
  /\bNode(?:Lost|NotReady|Shutdown|Affinity)\b/,
]
export const groundGaveWay = (message: string): boolean => groundWords.some((pattern) => pattern.test(message))
