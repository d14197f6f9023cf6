import type { EvidenceItem } from '../gates/gate.ts'
import { sha256 } from '../lib/ids.ts'
import { clip, collapseSpace } from '../lib/text.ts'
import type { BlockingThread } from '../review/review-outcome.ts'
import type { GivenInstruction, Uptake } from '../run/attempt-record.ts'
import { formatPlace } from '../text/blockers.ts'
import type { Instruction, InstructionPoint } from '../text/instructions.ts'
import { MAX_NOTES, type Note } from '../text/notes.ts'
import { toOneLine } from '../text/untrusted-text.ts'

/** An instruction that is open now, with what shows it. */
export interface OpenInstruction extends GivenInstruction {
  /** What became of a thread that is open; null: nothing, or it is no thread. */
  readonly became: string | null
  readonly evidence: Uptake['evidence']
}

/** What is counted to tell whether an instruction was made worse. */
export interface Measures {
  /** How many error lines a failing check has, by the id of its point. */
  readonly errorLines: ReadonlyMap<string, number>
  readonly threads: readonly BlockingThread[]
}

/** How many are kept of an attempt, and of each of its gates, so that none crowds out the others. */
const MAX_INSTRUCTIONS = 150
const MAX_OF_A_GATE = 60
const MAX_TEXT_CHARS = 200

/**
 * What a prompt asks for, one by one: each check, thread, requirement, finding and file of a gate
 * or, where a gate has none of them, the gate itself. In the order of the gates; what was only noticed
 * comes last.
 */
export function listInstructions(
  instructions: readonly Instruction[],
  measures: Measures,
  notes: readonly Note[],
): readonly OpenInstruction[] {
  const blocking = instructions
    .flatMap((instruction): readonly OpenInstruction[] => {
      const byId = Map.groupBy(instruction.points.filter(isOneThing), ({ id }) => id)
      return byId.size === 0
        ? [toGateInstruction(instruction)]
        : [...byId]
            .slice(0, MAX_OF_A_GATE)
            .map(([id, points]) => toInstruction(instruction.id, id, { points, measures }))
    })
    .slice(0, MAX_INSTRUCTIONS)
  return [...blocking, ...listNoted(notes.slice(0, MAX_NOTES))]
}

/**
 * What a prompt asks for although it does not block: each thing in the change, and to claim only
 * what was run, which is one instruction, because every attempt words its claims differently.
 */
function listNoted(notes: readonly Note[]): readonly OpenInstruction[] {
  const claims = notes.filter(({ gate }) => gate === 'claims').map(({ item }) => item)
  const others = notes.filter(({ gate }) => gate !== 'claims')
  const byId = Map.groupBy(others, ({ gate, item }) => identifyNote(gate, item))
  return [
    ...[...byId].flatMap(([id, same]): OpenInstruction[] => {
      const [first] = same
      if (first === undefined) return []
      return [
        toNoted(
          id,
          first.gate,
          same.map(({ item }) => item),
          describePlace(first.item),
        ),
      ]
    }),
    ...(claims.length === 0
      ? []
      : [toNoted('claims', 'claims', claims, 'claim only what was run and passed')]),
  ]
}

/** The line is no part of it, because it moves from attempt to attempt. */
const identifyNote = (gate: string, { path = '', text }: EvidenceItem): string =>
  `${gate}:${sha256(JSON.stringify([path, collapseSpace(text)])).slice(0, 12)}`

const toNoted = (
  id: string,
  gate: string,
  items: readonly EvidenceItem[],
  text: string,
): OpenInstruction => ({
  id,
  gate,
  text: toOneLine(text, MAX_TEXT_CHARS),
  amount: items.length,
  became: null,
  evidence: items.slice(0, MAX_EVIDENCE).map((item) => toEvidence({ ...item, id })),
})

const describePlace = ({ path, line, text }: EvidenceItem): string =>
  path === undefined ? text : `${formatPlace({ path, line: line ?? null })}: ${text}`

/** Notes, advice and suggestions say how, and not what: nothing tells whether they were followed. */
const isOneThing = ({ kind }: InstructionPoint): boolean =>
  kind === 'check' ||
  kind === 'thread' ||
  kind === 'requirement' ||
  kind === 'finding' ||
  kind === 'file'

const toGateInstruction = ({ id, because, points }: Instruction): OpenInstruction => ({
  id,
  gate: id,
  text: toOneLine(because, MAX_TEXT_CHARS),
  amount: Math.max(1, points.length),
  became: null,
  evidence: points.slice(0, MAX_EVIDENCE).map(toEvidence),
})

const MAX_EVIDENCE = 3

function toInstruction(
  gate: string,
  id: string,
  {
    points,
    measures,
  }: { readonly points: readonly InstructionPoint[]; readonly measures: Measures },
): OpenInstruction {
  const [first] = points
  return {
    id,
    gate,
    text: first === undefined ? id : toOneLine(describeTask(first), MAX_TEXT_CHARS),
    amount: countFaults(id, measures) ?? points.length,
    became: first?.kind === 'thread' ? (first.conclusion ?? null) : null,
    evidence: points.slice(0, MAX_EVIDENCE).map(toEvidence),
  }
}

function describeTask(point: InstructionPoint): string {
  const { kind, text } = point
  switch (kind) {
    case 'check':
      return `make the check "${text}" pass`
    case 'thread':
      return `settle the review thread at ${text}`
    case 'finding':
    case 'file':
      return describePlace(point)
    default:
      return text
  }
}

/** Null: nothing is counted for this kind of instruction. */
function countFaults(id: string, { errorLines, threads }: Measures): number | null {
  const open = threads.find(({ thread }) => `thread:${thread.id}` === id)?.thread
  const opener = open?.comments[0]?.author.login
  if (open !== undefined)
    return open.comments.filter(({ author }) => author.login === opener).length
  return errorLines.get(id) ?? null
}

const toEvidence = ({
  text,
  url,
  path,
  line,
  conclusion,
}: InstructionPoint): Uptake['evidence'][number] => ({
  text: clip(
    collapseSpace(conclusion === undefined ? text : `${text}: ${conclusion}`),
    MAX_TEXT_CHARS,
  ),
  url: url ?? null,
  path: path ?? null,
  line: line ?? null,
})
