import type { Kysely } from 'kysely'
import { readUptake } from '../../adapters/postgres/rows.ts'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type { InstructionView } from '../http/run-part-schemas.ts'
import { readPart, toText } from '../runs/read-json.ts'
import { relatedColumns } from '../runs/run-columns.ts'
import { readInstructions } from './load-page.ts'

export interface Instructions {
  /** What the attempt was to do, and what became of it. */
  readonly given: readonly InstructionView[]
  /** What the next attempt is to do, and what became of that. */
  readonly next: readonly InstructionView[]
  readonly givenText: string | null
  readonly nextText: string | null
}

type Uptake = ReturnType<typeof readUptake>

/** The prompts of a run as their single instructions; null if there is no such run. */
export async function listInstructions(db: Kysely<DB>, id: string): Promise<Instructions | null> {
  const row = await db
    .selectFrom('runs')
    .select(['parent_run_id', 'prompt', 'next_prompt', 'attempt_record', 'uptake'])
    .select(relatedColumns)
    .where('id', '=', id)
    .executeTakeFirst()
  if (row === undefined) return null
  const childId = toText(readPart(row.child, 'id'))
  const others = [row.parent_run_id, childId].filter((other) => other !== null)
  const relatives =
    others.length === 0
      ? []
      : await db
          .selectFrom('runs')
          .select(['id', 'attempt_record', 'uptake'])
          .where('id', 'in', others)
          .execute()
  const parent = relatives.find((one) => one.id === row.parent_run_id)
  const child = relatives.find((one) => one.id === childId)
  return {
    given: combine(parent?.attempt_record ?? null, readUptake(row)),
    next: combine(row.attempt_record, child === undefined ? [] : readUptake(child)),
    givenText: row.prompt,
    nextText: row.next_prompt,
  }
}

/** What was asked for, with what became of it; what an older release asked for it did not keep. */
function combine(
  record: Parameters<typeof readInstructions>[0],
  uptake: Uptake,
): readonly InstructionView[] {
  const asked = readInstructions(record)
  const known = uptake.map((item) => ({
    id: item.id,
    gate: item.gate,
    text: item.text,
    evidence: item.evidence.map((evidence) => ({ ...evidence })),
    uptake: item.result,
    because: item.because,
  }))
  const rest = asked
    .filter(({ id, gate }) => !known.some((item) => item.id === id && item.gate === gate))
    .map(({ id, gate, text }) => ({ id, gate, text, evidence: [], uptake: null, because: null }))
  return [...known, ...rest]
}
