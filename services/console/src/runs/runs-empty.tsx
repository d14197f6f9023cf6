import { Link } from '@tanstack/react-router'
import { CopyButton } from '../parts/copy-button.tsx'
import styles from './runs.module.css'
import type { RunsSearch } from './runs-search.ts'

/** Says why the list is empty, and what to do. */
export function RunsEmpty({ search }: { readonly search: RunsSearch }) {
  if (Object.keys(search).length > 0)
    return (
      <div className="empty">
        <p>
          <strong>No run matches.</strong>
        </p>
        <Link to="/" search={{}} className="button">
          Clear filters
        </Link>
      </div>
    )
  const command = [
    `curl -s '${window.location.origin}/api/codex/run-complete'`,
    "-H 'content-type: application/json'",
    `-d '{"workflowName":"try-1","repository":"acme/widgets","issueNumber":"1","branch":"codex/issue-1","base":"main","status":"{\\"phase\\":\\"Succeeded\\"}"}'`,
  ].join(' ')
  return (
    <div className="empty">
      <p>
        <strong>No run has reported yet.</strong> Send one:
      </p>
      <div className={styles.command}>
        <code>{command}</code>
        <CopyButton text={command} name="Copy the command" />
      </div>
      <p>
        With tokens configured, add <code>-H 'authorization: Bearer …'</code>. All routes are
        described <a href="/docs">in the API's documentation</a>.
      </p>
    </div>
  )
}
