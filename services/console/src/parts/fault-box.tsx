import { AlertIcon } from '@primer/octicons-react'
import { Link, useRouterState } from '@tanstack/react-router'
import { AgentText } from './agent-text.tsx'
import { describeFault } from './fault-text.ts'

/** Stands where an answer should be: what happened, what it means, and what to do. */
export function FaultBox(props: { readonly error: Error; readonly onRetry?: () => void }) {
  const { error, onRetry } = props
  const here = useRouterState({ select: ({ location }) => location.href })
  const { title, advice, remedy } = describeFault(error)
  return (
    <div className="fault" role="alert" data-tone="person">
      <AlertIcon className="tone" />
      <div>
        <strong>{title}</strong>
        <p>
          <AgentText text={advice} />
        </p>
        {remedy === 'retry' && onRetry !== undefined && (
          <button type="button" className="button small" onClick={onRetry}>
            Try again
          </button>
        )}
        {remedy === 'sign_in' && (
          <Link to="/sign-in" search={{ to: here }} className="button small">
            Sign in
          </Link>
        )}
      </div>
    </div>
  )
}
