import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { pausesQuery } from '../api/fleet.ts'
import { postJson } from '../api/request.ts'
import { useMayAct } from '../api/session.ts'
import type { Pause } from '../api/types.ts'
import { AgentText } from '../parts/agent-text.tsx'
import styles from './shell.module.css'

/** What a person holds back at the moment, on every page. */
export function PausesLine() {
  const { data } = useQuery(pausesQuery)
  if (data === undefined || data.pauses.length === 0) return null
  return (
    <ul className={styles.pauses} aria-label="Pauses in force">
      {data.pauses.map((pause) => (
        <PauseItem key={pause.id} pause={pause} />
      ))}
    </ul>
  )
}

function PauseItem({ pause }: { readonly pause: Pause }) {
  const { by, reason, repository, issueNumber } = pause
  const client = useQueryClient()
  const mayAct = useMayAct()
  const end = useMutation({
    mutationFn: () =>
      postJson('/api/codex/unpause', {
        ...(repository === null ? {} : { repository }),
        ...(issueNumber === null ? {} : { issueNumber }),
        reason: 'ended in the console',
      }),
    onSettled: () => client.invalidateQueries({ queryKey: ['pauses'] }),
  })
  const scope =
    repository === null
      ? 'everything'
      : `${repository}${issueNumber === null ? '' : `#${issueNumber}`}`
  return (
    <li>
      <span>
        Paused by <AgentText text={by} /> for <AgentText text={scope} />:{' '}
        <AgentText text={reason} />. Nothing is dispatched.
      </span>
      <button
        type="button"
        className="button small"
        disabled={!mayAct || end.isPending}
        title={mayAct ? undefined : 'Sign in as an operator to act.'}
        onClick={() => end.mutate()}
      >
        Unpause
      </button>
      {end.error !== null && <span role="alert">{end.error.message}</span>}
    </li>
  )
}
