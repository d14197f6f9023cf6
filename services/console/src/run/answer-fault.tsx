import { Link } from '@tanstack/react-router'
import { Fault } from '../api/fault.ts'
import { AgentText } from '../parts/agent-text.tsx'
import { FaultBox } from '../parts/fault-box.tsx'
import { PageTitle } from '../parts/page-title.tsx'

/** The page of something that does not exist or cannot be read. `name` is what was looked for. */
export function AnswerFault(props: {
  readonly error: Error
  readonly name: string
  readonly onRetry: () => void
}) {
  const { error, name, onRetry } = props
  // A malformed name names nothing, either.
  const isMissing = error instanceof Fault && (error.kind === 'missing' || error.kind === 'invalid')
  if (!isMissing)
    return (
      <>
        <PageTitle>
          <AgentText text={name} /> cannot be shown now
        </PageTitle>
        <FaultBox error={error} onRetry={onRetry} />
      </>
    )
  return (
    <>
      <PageTitle>
        There is no <AgentText text={name} />
      </PageTitle>
      <p className="lead">
        It may have been removed after the time for which runs are kept, or the address is
        incomplete. <Link to="/">All runs</Link>
      </p>
    </>
  )
}
