import { ArgoFailure } from './argo-failure.ts'
import { marks, type Submission } from './submission.ts'

/** A workflow that Argo knows. */
export interface Found {
  readonly name: string
  readonly createdAt: string | null
  readonly annotations: Readonly<Record<string, string>>
}

/**
 * What came of a submission: `created` is certain. `unclear` is everything after which it may or
 * may not be there: a conflict, an answer that was lost, a server that failed on the way.
 */
export type Submitted =
  | { readonly kind: 'created'; readonly workflow: Found }
  | { readonly kind: 'unclear'; readonly because: string }

/** The Argo server, as far as we need it. Everything rejects with `ArgoFailure`. */
export interface Argo {
  /** The delivery's workflow, live or archived; null only where Argo said that there is none. */
  find(of: Submission, signal: AbortSignal): Promise<Found | null>
  submit(what: Submission, signal: AbortSignal): Promise<Submitted>
  /** Resolves where the server answers at all. */
  ping(signal: AbortSignal): Promise<void>
}

export interface ArgoSettings {
  /** Without a slash at its end. */
  readonly url: string
  readonly namespace: string
  readonly token: string | null
  /** Reads the token anew; null where it does not come from a file that may change. */
  readonly rereadToken: (() => Promise<string>) | null
  /** Told of every request: what it was about and how it ended. */
  readonly onRequest: (
    operation: Operation,
    outcome: 'answered' | 'failed',
    seconds: number,
  ) => void
}

export type Operation = 'find' | 'find_archived' | 'submit' | 'ping'

/** How long one request may take. Three of them stay below what a sender waits for us (15 s). */
const perRequest = 4000

/** The Argo server's HTTP API, version 3: the gateway in front of its gRPC. */
export function argoServer(settings: ArgoSettings): Argo {
  const { namespace } = settings
  const ask = asking(settings)
  const workflows = `/api/v1/workflows/${encodeURIComponent(namespace)}`

  const live = async ({ name }: Submission, signal: AbortSignal): Promise<Found | null> => {
    const answer = await ask('find', { path: `${workflows}/${encodeURIComponent(name)}`, signal })
    if (answer.status === 404) return null
    const found = foundIn(expectOk(answer))
    // Something that answers 200 to everything is no Argo server, and nothing can be told from it.
    if (found === null)
      throw new ArgoFailure('away', 'what answered is no Argo server: it showed no workflow')
    return found
  }

  const archived = async (of: Submission, signal: AbortSignal): Promise<Found | null> => {
    const label = of.labels[marks.deliveryId]
    const query = new URLSearchParams({
      'listOptions.labelSelector': `${marks.deliveryId}=${label}`,
      'listOptions.fieldSelector': `metadata.namespace=${namespace}`,
    })
    const answer = await ask('find_archived', {
      path: `/api/v1/archived-workflows?${query}`,
      signal,
    })
    // An Argo without an archive: nothing is archived.
    if (answer.status === 404 || answer.status === 501) return null
    const items = member(expectOk(answer), 'items')
    const ours = (Array.isArray(items) ? items : []).find((item: unknown) => {
      const metadata = member(item, 'metadata')
      const here = member(metadata, 'namespace') ?? namespace
      const labelled = member(member(metadata, 'labels'), marks.deliveryId) === label
      return here === namespace && (labelled || member(metadata, 'name') === of.name)
    })
    return foundIn(ours)
  }

  return {
    find: async (of, signal) => (await live(of, signal)) ?? (await archived(of, signal)),
    async submit(what, signal) {
      const content = JSON.stringify({
        namespace,
        resourceKind: 'WorkflowTemplate',
        resourceName: what.template,
        submitOptions: {
          name: what.name,
          labels: pairs(what.labels).join(','),
          annotations: pairs(what.annotations).join(','),
          parameters: pairs(what.parameters),
        },
      })
      const answer = await ask('submit', { path: `${workflows}/submit`, signal, content }).catch(
        (error: unknown) => {
          if (error instanceof ArgoFailure)
            return { status: 0, body: { message: error.message }, retryAfter: null }
          throw error
        },
      )
      const { status, body } = answer
      const because = messageIn(body) ?? `Argo answered ${status}`
      if (
        /request is too large|RequestEntityTooLarge|message larger than max/i.test(because) ||
        status === 413
      )
        throw new ArgoFailure('too_large', because)
      // Older servers report a name that is taken as a failure of their own, so those are looked
      // into as well.
      if (status === 0 || status === 409 || status >= 500) return { kind: 'unclear', because }
      const workflow = foundIn(expectOk(answer))
      return workflow === null
        ? { kind: 'unclear', because: 'Argo showed no workflow' }
        : { kind: 'created', workflow }
    },
    async ping(signal) {
      const { status } = await ask('ping', { path: '/api/v1/version', signal })
      if (status >= 500) throw new ArgoFailure('away', `Argo answered ${status}`)
    },
  }
}

interface Request {
  readonly path: string
  readonly signal: AbortSignal
  readonly content?: string
}

interface Answer {
  readonly status: number
  readonly body: unknown
  /** In seconds, where the server asks us to wait. */
  readonly retryAfter: number | null
}

/**
 * Sends requests with our token, which is read anew where Argo no longer takes it. Rejects where no
 * whole answer comes.
 */
function asking({ url, token: first, rereadToken, onRequest }: ArgoSettings) {
  let token = first
  const send = async ({ path, signal, content }: Request): Promise<Answer> => {
    const response = await fetch(`${url}${path}`, {
      method: content === undefined ? 'GET' : 'POST',
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(perRequest)]),
      headers: {
        accept: 'application/json',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(content === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(content === undefined ? {} : { body: content }),
    })
    const body = parsed(await response.text())
    return {
      status: response.status,
      body,
      retryAfter: secondsIn(response.headers.get('retry-after')),
    }
  }
  return async (operation: Operation, request: Request): Promise<Answer> => {
    const began = performance.now()
    const done = (outcome: 'answered' | 'failed'): void =>
      onRequest(operation, outcome, (performance.now() - began) / 1000)
    try {
      const answer = await send(request)
      if (answer.status !== 401 || rereadToken === null) {
        done(answer.status < 500 ? 'answered' : 'failed')
        return answer
      }
      token = (await rereadToken()).trim().replace(/^Bearer +/i, '')
      const second = await send(request)
      done(second.status < 500 ? 'answered' : 'failed')
      return second
    } catch (error) {
      done('failed')
      if (error instanceof ArgoFailure) throw error
      const why =
        error instanceof Error
          ? (error.cause instanceof Error ? error.cause : error).message
          : String(error)
      throw new ArgoFailure('away', `Argo cannot be asked: ${why}`, { cause: error })
    }
  }
}

/** The body of an answer that is a success; what kind of failure it is otherwise. */
function expectOk({ status, body, retryAfter }: Answer): unknown {
  if (status >= 200 && status < 300) return body
  const said = messageIn(body)
  const because = `Argo answered ${status}${said === null ? '' : `: ${said}`}`
  const passes = [401, 403, 408, 429].includes(status) || status >= 500
  throw new ArgoFailure(passes ? 'away' : 'refused', because, { retryAfter })
}

/** What we need of a Workflow object; null for anything else. */
function foundIn(workflow: unknown): Found | null {
  const metadata = member(workflow, 'metadata')
  const name = member(metadata, 'name')
  if (typeof name !== 'string') return null
  const createdAt = member(metadata, 'creationTimestamp')
  const given = member(metadata, 'annotations')
  const annotations = Object.entries(
    typeof given === 'object' && given !== null ? given : {},
  ).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return {
    name,
    createdAt: typeof createdAt === 'string' ? createdAt : null,
    annotations: Object.fromEntries(annotations),
  }
}

const pairs = (of: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(of).map(([key, value]) => `${key}=${value}`)

const member = (of: unknown, key: string): unknown =>
  typeof of === 'object' && of !== null && Object.hasOwn(of, key) ? Reflect.get(of, key) : undefined

const messageIn = (body: unknown): string | null => {
  const message = member(body, 'message')
  return typeof message === 'string' && message !== '' ? message.slice(0, 500) : null
}

const secondsIn = (header: string | null): number | null =>
  header !== null && /^\d{1,5}$/.test(header) ? Number(header) : null

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
