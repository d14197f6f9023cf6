import { type Expression, type Kysely, type SqlBool, sql } from 'kysely'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import { escapeLikePattern, parsePositiveInteger } from '../http/query.ts'
import type { RunView } from '../http/run-schemas.ts'
import { presentRuns, type RunReader } from '../runs/present-run.ts'
import { selectListed } from '../runs/run-columns.ts'

/** What a text in the find field may mean, from the most exact to the vaguest. */
export type Wanted =
  | { readonly kind: 'run'; readonly id: string }
  | { readonly kind: 'numbered'; readonly repository: string; readonly number: number }
  | { readonly kind: 'number'; readonly number: number }
  | { readonly kind: 'commit'; readonly prefix: string }
  | { readonly kind: 'words'; readonly words: readonly string[] }

/** Longer texts are refused: patterns of them are slow to match. */
export const MAX_FIND_CHARACTERS = 200
/** At most so many words have to match. */
const MAX_WORDS = 8

/** Reads what someone typed or pasted. Pure, and total: any text is at least words. */
export function parseWanted(given: string): Wanted {
  const text = given.trim().slice(0, MAX_FIND_CHARACTERS)
  const page = /\/(?:runs)\/([0-9a-f-]{36})(?:[/?#]|$)/i.exec(text)?.[1] ?? text
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(page))
    return { kind: 'run', id: page.toLowerCase() }
  const [, repository = '', digits = ''] =
    /^(?:https?:\/\/[^/\s]+\/)?([^/\s#]+\/[^/\s#]+?)(?:\s*#|\/(?:issues|pull)\/)(\d{1,10})(?:[/?#].*)?$/.exec(
      text,
    ) ?? []
  const number = parsePositiveInteger(digits || text.replace(/^#/, ''))
  if (digits !== '' && number !== null) return { kind: 'numbered', repository, number }
  if (text.startsWith('#') && number !== null) return { kind: 'number', number }
  if (/^[0-9a-f]{7,64}$/i.test(text)) return { kind: 'commit', prefix: text.toLowerCase() }
  if (number !== null) return { kind: 'number', number }
  return { kind: 'words', words: text.split(/\s+/).filter(Boolean).slice(0, MAX_WORDS) }
}

export interface Found {
  readonly hit: {
    readonly kind: 'run' | 'issue'
    readonly id: string
    readonly path: string
  } | null
  readonly runs: readonly RunView[]
}

/** The runs that are listed. */
const MAX_FOUND = 20
/** Words are searched among the newest runs, so that the answer takes the same time at any size. */
const SEARCHED_RUNS = 20_000
/** A number without a repository is looked up in so many repositories. */
const MAX_REPOSITORIES = 1_000

/**
 * Finds what a text names: at most 20 runs, newest first, and `hit` if it names exactly one thing.
 * Every form but words is one look-up in an index.
 */
export async function findRuns(reader: RunReader, wanted: Wanted): Promise<Found> {
  if (wanted.kind === 'words' && wanted.words.length === 0) return { hit: null, runs: [] }
  const rows = await selectFound(reader.db, wanted).execute()
  const runs = await presentRuns(reader, rows)
  return { hit: pickHit(wanted, runs), runs }
}

export const selectFound = (db: Kysely<DB>, wanted: Wanted) =>
  db
    .selectFrom('runs')
    .select(selectListed([]))
    .where('runs.id', 'in', selectIds(wanted))
    .orderBy('runs.created_at', 'desc')
    .orderBy('runs.id', 'desc')
    .limit(MAX_FOUND)

/** A run that is the only one; or the one issue that was meant by its number. */
function pickHit(wanted: Wanted, runs: readonly RunView[]): Found['hit'] {
  const [first] = runs
  if (first === undefined) return null
  if (wanted.kind === 'numbered' || wanted.kind === 'number') {
    const issues = new Set(
      runs
        .filter(({ issueNumber }) => issueNumber === wanted.number)
        .map(({ repository }) => repository?.toLowerCase()),
    )
    const others = runs.some(
      ({ issueNumber, repository }) =>
        issueNumber !== wanted.number && !issues.has(repository?.toLowerCase()),
    )
    const issue = runs.find(({ issueNumber }) => issueNumber === wanted.number)
    if (issues.size === 1 && !others && issue?.repository)
      return {
        kind: 'issue',
        id: `${issue.repository}#${wanted.number}`,
        path: `/issues/${issue.repository}/${wanted.number}`,
      }
    // A pull request has the runs of one issue; its newest run is what the message was about.
    const pulls = new Set(runs.map(({ repository, issueNumber }) => `${repository}#${issueNumber}`))
    return pulls.size === 1 ? toRunHit(first) : null
  }
  return runs.length === 1 || wanted.kind === 'run' ? toRunHit(first) : null
}

const toRunHit = ({ id }: RunView): Found['hit'] => ({ kind: 'run', id, path: `/runs/${id}` })

function selectIds(wanted: Wanted): Expression<string> {
  switch (wanted.kind) {
    case 'run':
      return sql`(select ${wanted.id}::uuid)`
    case 'numbered':
      return sql`(
        select id from runs
         where repository_key = ${wanted.repository.toLowerCase()}
           and (issue_number = ${wanted.number} or pr_number = ${wanted.number}
                or (pr_number is null and reported_pr_number = ${wanted.number}))
         order by created_at desc, id desc limit ${sql.lit(MAX_FOUND)})`
    case 'number':
      return selectByNumber(wanted.number)
    case 'commit': {
      const pattern = `${escapeLikePattern(wanted.prefix)}%`
      return sql`(
        (select id from runs where commit_sha like ${pattern} limit ${sql.lit(MAX_FOUND)})
        union all
        (select id from runs where commit_sha is null and reported_commit is not null
            and reported_commit like ${pattern} limit ${sql.lit(MAX_FOUND)}))`
    }
    case 'words':
      return sql`(
        select id from (
          select * from runs order by created_at desc, id desc limit ${sql.lit(SEARCHED_RUNS)})
          as newest
         where ${wanted.words.map(matchesWord).reduce((all, one) => sql`${all} and ${one}`)}
         order by created_at desc, id desc limit ${sql.lit(MAX_FOUND)})`
    default:
      return wanted satisfies never
  }
}

/**
 * An index has the numbers of each repository in order, so the repositories are walked through
 * first, each with one look-up.
 */
const selectByNumber = (number: number): Expression<string> => sql`(
  with recursive repositories as (
    (select repository_key as name, 1 as place from runs
      where repository_key is not null order by repository_key limit 1)
    union all
    (select (select repository_key from runs where repository_key > repositories.name
              order by repository_key limit 1), place + 1
       from repositories where name is not null and place < ${sql.lit(MAX_REPOSITORIES)}))
  select found.id from repositories, lateral (
    (select id from runs where repository_key = name and issue_number = ${number}
      order by attempt desc limit ${sql.lit(MAX_FOUND)})
    union
    (select id from runs where repository_key = name and pr_number = ${number}
      limit ${sql.lit(MAX_FOUND)})) as found
   where name is not null)`

function matchesWord(word: string): Expression<SqlBool> {
  const pattern = `%${escapeLikePattern(word)}%`
  return sql<SqlBool>`(issue_title ilike ${pattern} or branch ilike ${pattern}
    or workflow_name ilike ${pattern} or workflow_uid ilike ${pattern}
    or repository ilike ${pattern} or reason ilike ${pattern})`
}
