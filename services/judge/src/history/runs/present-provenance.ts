import type { Selectable } from 'kysely'
import type { Runs } from '../../adapters/postgres/types.generated.ts'
import { hashJson } from '../../lib/ids.ts'
import type { FactView } from '../http/run-schemas.ts'
import { formatTime } from './present-run.ts'

/** The fact that says from which part of a message, or from Argo, each claim of the run was taken. */
export const presentProvenance = ({
  provenance,
  created_at,
}: Pick<Selectable<Runs>, 'provenance' | 'created_at'>): FactView => ({
  kind: 'claims',
  commitSha: null,
  digest: hashJson(provenance),
  observedAt: formatTime(created_at),
  value: provenance,
})
