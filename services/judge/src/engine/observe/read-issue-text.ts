import type { Change, IssueText } from '../../gates/gate.ts'
import type { Surroundings } from '../../github/snapshot.ts'
import { digestOf } from '../../lib/ids.ts'
import { type Instant, iso } from '../../lib/instant.ts'
import { type Known, known, notYet } from '../../lib/known.ts'
import type { Loaded } from './load.ts'

/**
 * The issue's text as this attempt is judged by it, and whether it is now frozen as the issue's
 * own.
 */
export interface IssueReading {
  readonly text: Known<IssueText>
  /**
   * To be written to the issue by the commit; null: it stands there already, or is not known yet.
   */
  readonly freeze: {
    readonly title: string
    readonly body: string
    readonly url: string | null
    readonly digest: string
    readonly source: 'event' | 'github'
  } | null
  /**
   * True where this run's own copy is to be kept: later looks use it, whatever is edited meanwhile.
   */
  readonly fresh: boolean
}

interface Seen {
  readonly loaded: Loaded
  readonly surroundings: Known<Surroundings>
  readonly change: Known<Change>
  /** This run's own copy from an earlier look. */
  readonly kept: Readonly<Record<string, unknown>> | null
  readonly now: Instant
}

/**
 * Title and body are frozen at the issue's first attempt, from the event that started it, else from
 * GitHub: the goal must not move while somebody runs towards it. An edit counts from the next
 * attempt on, unless the pull request's author made it: nobody writes his own exam.
 */
export function readIssueText(seen: Seen): IssueReading {
  const { loaded, surroundings, change, kept, now } = seen
  const { claims } = loaded.run
  const current = surroundings.kind === 'known' ? surroundings.value.issue : null
  const url = claims.issueUrl ?? current?.url ?? loaded.issue?.url ?? null
  if (typeof kept?.title === 'string' && typeof kept.body === 'string') {
    const { title, body } = kept
    return {
      text: known(
        textOf({
          title,
          body,
          url,
          editedSince: editNote(current, loaded.issue?.frozenAt ?? null),
        }),
        now,
      ),
      freeze: null,
      fresh: false,
    }
  }
  const frozen = loaded.issue?.frozenAt ?? null
  if (frozen !== null && loaded.issue) {
    const edit = current?.lastEdit
    const author =
      change.kind === 'known' && change.value.kind === 'pull_request'
        ? change.value.pullRequest.author.login
        : null
    if (
      surroundings.kind === 'known' &&
      current &&
      edit &&
      edit.at > frozen &&
      edit.editor !== null &&
      edit.editor !== author
    ) {
      const text = textOf({ title: current.title, body: current.body, url, editedSince: null })
      return {
        text: known(text, now),
        freeze: { title: text.title, body: text.body, url, digest: text.digest, source: 'github' },
        fresh: change.kind === 'known',
      }
    }
    const text = textOf({
      title: loaded.issue.title ?? '',
      body: loaded.issue.body ?? '',
      url,
      editedSince: editNote(current, frozen),
    })
    // Whether an edit counts depends on who the author is: the copy is kept once that is known.
    return {
      text: known(text, now),
      freeze: null,
      fresh: change.kind === 'known' && surroundings.kind === 'known',
    }
  }
  if (claims.issueTitle !== null || claims.issueBody !== null) {
    return freezing(
      { title: claims.issueTitle ?? '', body: claims.issueBody ?? '', url, source: 'event' },
      now,
    )
  }
  if (current)
    return freezing({ title: current.title, body: current.body, url, source: 'github' }, now)
  if (surroundings.kind !== 'known') return { text: surroundings, freeze: null, fresh: false }
  // GitHub has no such issue: what the agent was asked to do is all that is known of the goal.
  if (claims.prompt !== null)
    return freezing({ title: '', body: claims.prompt, url, source: 'event' }, now)
  return {
    text: notYet('the issue has no text that could be read', now),
    freeze: null,
    fresh: false,
  }
}

function freezing(
  of: { title: string; body: string; url: string | null; source: 'event' | 'github' },
  now: Instant,
): IssueReading {
  const text = textOf({ ...of, editedSince: null })
  return {
    text: known(text, now),
    freeze: { title: of.title, body: of.body, url: of.url, digest: text.digest, source: of.source },
    fresh: true,
  }
}

const textOf = (of: {
  title: string
  body: string
  url: string | null
  editedSince: string | null
}): IssueText => ({
  ...of,
  digest: digestOf({ title: of.title, body: of.body }),
})

function editNote(issue: Surroundings['issue'], frozen: Instant | null): string | null {
  const edit = issue?.lastEdit
  return edit && frozen !== null && edit.at > frozen
    ? `edited by ${edit.editor ?? 'somebody'} at ${iso(edit.at)}, after the text was frozen`
    : null
}
