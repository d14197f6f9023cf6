import type { Kysely } from 'kysely'
import { readStatus } from '../../adapters/postgres/rows.ts'
import type { DB, Json } from '../../adapters/postgres/types.generated.ts'
import type { TimelineEntryView } from '../http/run-part-schemas.ts'
import { readPart, toNumber, toText } from '../runs/read-json.ts'
import { buildTimeline } from './build-timeline.ts'

/** Of each kind of row, the newest. */
const MAX_ROWS = 1_000

/** What happened to a run, oldest first; null if there is no such run. */
export async function loadTimeline(
  db: Kysely<DB>,
  id: string,
  all: boolean,
): Promise<readonly TimelineEntryView[] | null> {
  const run = await db
    .selectFrom('runs')
    .select(['started_at', 'finished_at', 'phase'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (run === undefined) return null
  const [transitions, effects, people, rest] = await Promise.all([
    db
      .selectFrom('run_events')
      .select(['at', 'from_status', 'to_status', 'because', 'caused_by'])
      .where('run_id', '=', id)
      .where('kind', '=', 'run')
      .orderBy('seq', 'desc')
      .limit(MAX_ROWS)
      .execute(),
    db
      .selectFrom('effects')
      .select(['settled_at', 'kind', 'state', 'because', 'payload'])
      .where('run_id', '=', id)
      .where('settled_at', 'is not', null)
      .orderBy('created_at', 'desc')
      .limit(MAX_ROWS)
      .execute(),
    db
      .selectFrom('audit')
      .select(['at', 'actor', 'effect', 'note'])
      .where('run_id', '=', id)
      .orderBy('at', 'desc')
      .limit(MAX_ROWS)
      .execute(),
    all ? loadRest(db, id) : { signals: [], readings: [], tries: [] },
  ])
  return buildTimeline({
    startedAt: run.started_at,
    finishedAt: run.finished_at,
    phase: run.phase,
    transitions: transitions.toReversed().map((row) => ({
      at: row.at,
      from: toStatus(row.from_status),
      to: toStatus(row.to_status),
      because: row.because,
      causedBy: row.caused_by,
    })),
    effects: effects
      .toReversed()
      .flatMap(({ settled_at, kind, state, because, payload }) =>
        settled_at === null
          ? []
          : [{ at: settled_at, kind, state, because, subject: describeSubject(kind, payload) }],
      ),
    people: people.toReversed(),
    ...rest,
  })
}

const toStatus = (status: string | null) => (status === null ? null : readStatus({ status }))

/** What the whole timeline has besides: messages, first readings, and each try of an effect. */
async function loadRest(db: Kysely<DB>, id: string) {
  const [signals, readings, tries] = await Promise.all([
    db
      .selectFrom('inbox')
      .select(['received_at as at', 'source', 'because'])
      .where('run_id', '=', id)
      .where('source', '!=', 'person')
      .orderBy('received_at', 'desc')
      .limit(MAX_ROWS)
      .execute(),
    db
      .selectFrom('facts')
      .select(['observed_at as at', 'kind', 'commit_sha as commit'])
      .where('run_id', '=', id)
      .orderBy('observed_at', 'desc')
      .limit(MAX_ROWS)
      .execute(),
    db
      .selectFrom('effect_tries')
      .innerJoin('effects', 'effects.id', 'effect_tries.effect_id')
      .select(['started_at as at', 'effects.kind', 'number', 'outcome', 'error'])
      .where('effects.run_id', '=', id)
      .orderBy('started_at', 'desc')
      .limit(MAX_ROWS)
      .execute(),
  ])
  return {
    signals: signals.toReversed(),
    readings: readings.toReversed(),
    tries: tries.toReversed(),
  }
}

function describeSubject(kind: string, payload: Json): string | null {
  switch (kind) {
    case 'status':
      return toText(readPart(payload, 'description'))
    case 'ask':
      return toText(readPart(payload, 'model'))
    case 'dispatch': {
      const ordinal = toNumber(readPart(readPart(payload, 'task'), 'ordinal'))
      return ordinal === null ? null : `attempt ${ordinal}`
    }
    case 'discord':
      return toText(readPart(payload, 'what'))
    default:
      return null
  }
}
