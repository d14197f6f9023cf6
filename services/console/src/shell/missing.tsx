import { Link, useRouterState } from '@tanstack/react-router'
import { AgentText } from '../parts/agent-text.tsx'
import { PageTitle, useDocumentTitle } from '../parts/page-title.tsx'

/** The page of an address that has none. */
export function Missing() {
  const path = useRouterState({ select: ({ location }) => location.pathname })
  useDocumentTitle('No page here')
  return (
    <>
      <PageTitle>There is no page here.</PageTitle>
      <p className="lead">
        Nothing is shown at{' '}
        <code>
          <AgentText text={path} />
        </code>
        . The address may be incomplete.
      </p>
      <Link to="/" className="button">
        All runs
      </Link>
    </>
  )
}
