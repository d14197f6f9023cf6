import { ChevronRightIcon, LockIcon } from '@primer/octicons-react'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { getJson } from '../api/request.ts'
import { AgentText } from '../parts/agent-text.tsx'
import { Box } from '../parts/box.tsx'
import { FaultBox } from '../parts/fault-box.tsx'
import { PageTitle, useDocumentTitle } from '../parts/page-title.tsx'
import { Pill } from '../parts/pill.tsx'
import styles from './policy.module.css'
import type { PolicyInForce, PolicyKey } from './policy-data.ts'
import { formatValue, groupKeys } from './policy-keys.ts'
import { TryChange } from './try-change.tsx'

const policyQuery = (repository: string | undefined) =>
  queryOptions({
    queryKey: ['policy', repository],
    queryFn: ({ signal }) =>
      getJson<PolicyInForce>(
        repository === undefined
          ? '/api/codex/policy'
          : `/api/codex/policy?repository=${encodeURIComponent(repository)}`,
        signal,
      ),
  })

const route = getRouteApi('/policy')

/** Which rules hold, where each comes from, and what a change would have done. */
export function PolicyPage() {
  const { repository } = route.useSearch()
  useDocumentTitle(repository === undefined ? 'Policy' : `Policy · ${repository}`)
  const query = useQuery(policyQuery(repository))
  return (
    <>
      <div className={styles.head}>
        <PageTitle>Policy</PageTitle>
        <RepositoryField repository={repository} />
      </div>
      {query.error !== null && (
        <FaultBox error={query.error} onRetry={() => void query.refetch()} />
      )}
      {query.data !== undefined && (
        <>
          <p className={styles.lead}>
            {repository === undefined ? (
              'These rules hold for every repository without a policy file of its own.'
            ) : (
              <>
                These rules hold for <AgentText text={repository} />.
              </>
            )}{' '}
            Version <code>{query.data.version.slice(0, 7)}</code>.
          </p>
          {query.data.fault !== null && (
            <p className="danger">
              <AgentText text={query.data.fault} />
            </p>
          )}
          <Keys keys={query.data.keys} />
          <TryChange keys={query.data.keys} repository={repository} />
        </>
      )}
    </>
  )
}

function RepositoryField({ repository }: { readonly repository: string | undefined }) {
  const navigate = useNavigate()
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        const name = String(new FormData(event.currentTarget).get('repository')).trim()
        void navigate({ to: '/policy', search: name === '' ? {} : { repository: name } })
      }}
    >
      <label>
        Repository
        <input
          key={repository}
          name="repository"
          className="input"
          defaultValue={repository ?? ''}
          placeholder="owner/name"
          pattern="[^\s\/]+\/[^\s\/]+"
          title="owner/name"
        />
      </label>{' '}
      <button type="submit" className="button">
        Show
      </button>
    </form>
  )
}

function Keys({ keys }: { readonly keys: readonly PolicyKey[] }) {
  const { changed, groups } = groupKeys(keys)
  return (
    <>
      <section aria-label="Values that differ from the default">
        <h2 className={styles.title}>What differs from the default</h2>
        <Box>
          {changed.length === 0 ? (
            <p className={styles.empty}>Every value is the default.</p>
          ) : (
            <KeyTable keys={changed} />
          )}
        </Box>
      </section>
      <section aria-label="Defaults">
        <h2 className={styles.title}>Defaults</h2>
        <Box>
          {groups.map(({ name, keys: members }) => (
            <details key={name} className={styles.group}>
              <summary className="fold">
                <ChevronRightIcon className="chevron" />
                <strong>{name}</strong>
                <span className="fold-names">{members.map(({ key }) => key).join(' · ')}</span>
              </summary>
              <KeyTable keys={members} />
            </details>
          ))}
        </Box>
      </section>
    </>
  )
}

function KeyTable({ keys }: { readonly keys: readonly PolicyKey[] }) {
  return (
    <ul className={styles.keys}>
      {keys.map((key) => (
        <li key={key.key}>
          <div>
            <code>{key.key}</code>
            <p className="muted small">
              <AgentText text={key.meaning} />
            </p>
          </div>
          <div>
            <code className={styles.value}>
              <AgentText text={formatValue(key.value)} />
            </code>
            {key.origin !== 'default' && (
              <p className="muted small">
                default: <AgentText text={formatValue(key.default)} />
              </p>
            )}
            {key.ignored.map(({ value, because }) => (
              <p key={because} className="small">
                <del>
                  <AgentText text={formatValue(value)} />
                </del>{' '}
                <span className="muted">
                  ignored: <AgentText text={because} />
                </span>
              </p>
            ))}
          </div>
          <div>
            <Origin policyKey={key} />
          </div>
        </li>
      ))}
    </ul>
  )
}

function Origin({ policyKey }: { readonly policyKey: PolicyKey }) {
  const { origin, sha, locked, enforced } = policyKey
  return (
    <>
      <Pill tone={origin === 'default' ? 'past' : 'work'}>
        {origin === 'repository' && sha !== null ? `repository at ${sha.slice(0, 7)}` : origin}
      </Pill>
      {!enforced && <span className="muted small"> not enforced yet</span>}
      {locked && (
        <span className="muted small">
          {' '}
          <LockIcon size={12} /> locked
        </span>
      )}
    </>
  )
}
