import { createHmac } from 'node:crypto'
import Schema from 'typebox/schema'
import { expect } from 'vitest'
import { type Story, scenario } from '../harness/story.ts'

/*
 * Every operation of the OpenAPI document, asked in every way that it may refuse: what it answers
 * is described, and what is described is answered.
 */

interface Operation {
  readonly method: string
  readonly path: string
  readonly responses: Readonly<Record<string, Described>>
  readonly hasBody: boolean
  readonly isGuarded: boolean
}
interface Described {
  readonly content?: Readonly<Record<string, { readonly schema: object }>>
}
// biome-ignore lint/suspicious/noExplicitAny: the document is JSON of any shape.
type ApiDocument = any

const tokens = { ingest: 'ingest-token', operator: 'operator-token', read: 'read-token' } as const
const unknownId = '00000000-0000-4000-8000-000000000000'
/** Statuses that only a fault of the service or a slow sender causes; other tests have them. */
const notProvoked = ['408', '409', '500', '503']

const listOperations = (document: ApiDocument): readonly Operation[] =>
  Object.entries(document.paths as Readonly<Record<string, ApiDocument>>).flatMap(
    ([path, methods]) =>
      Object.entries(methods as Readonly<Record<string, ApiDocument>>)
        .filter(([method]) => method !== 'head')
        .map(([method, { responses, requestBody }]) => ({
          method: method.toUpperCase(),
          path,
          responses,
          hasBody: requestBody !== undefined,
          isGuarded: '401' in responses,
        })),
  )

const fillPath = (path: string, value: string): string =>
  path.replace('{action}', 'stop').replace(/\{\w+\}/g, encodeURIComponent(value))

interface Probe {
  readonly url: string
  readonly token: string | null
  readonly body?: string
  readonly origin?: string
}

/** A body that every route accepts: what it does not need is ignored. */
const validBody = {
  ...{ repository: 'acme/widgets', issueNumber: 1, runId: unknownId, ids: [unknownId] },
  ...{ prompt: 'x', reason: 'x', content: 'x', option: 'close', token: tokens.operator },
}

/** The token that may do it. */
const findToken = ({ path, method }: Operation): string =>
  /run-complete|notify|github-events/.test(path)
    ? tokens.ingest
    : method === 'GET'
      ? tokens.read
      : tokens.operator

function listProbes(operation: Operation): readonly Probe[] {
  const { path, hasBody } = operation
  const token = findToken(operation)
  const other = token === tokens.operator ? tokens.read : tokens.operator
  const known = fillPath(path, unknownId)
  const wrongQuery =
    'repository=nonsense&limit=x&state=nonsense&since=nonsense&until=nonsense&issueNumber=0&status=nonsense&cursor=x'
  return [
    { url: known, token },
    { url: known, token: null },
    { url: known, token: 'unknown' },
    { url: known, token: token === tokens.read ? tokens.ingest : other },
    { url: known, token, origin: 'http://elsewhere.example', body: JSON.stringify(validBody) },
    { url: fillPath(path, 'nonsense'), token, body: '{}' },
    { url: fillPath(path, 'é'.repeat(300)), token, body: '{}' },
    { url: path.replace(/\{\w+\}/, '%zz').replace(/\{\w+\}/g, 'x'), token },
    { url: `${known}?${wrongQuery}`, token },
    { url: `${known}?repository=acme/widgets&issueNumber=1&query=x&runId=${unknownId}`, token },
    ...(hasBody
      ? ['', '{', 'null', '[]', '{}', '{"reason":1,"content":1,"token":"x"}', '"x"', ' ']
          .concat(JSON.stringify(validBody))
          .map((body) => ({ url: known, token, body }))
      : []),
    ...(hasBody ? [{ url: known, token, body: `"${'x'.repeat(2 * 1024 * 1024)}"` }] : []),
  ]
}

async function ask({ serviceUrl, env }: Story, method: string, probe: Probe) {
  const { url, token, body, origin } = probe
  const signature = createHmac('sha256', env.GITHUB_WEBHOOK_SECRET).update(body ?? '')
  const isSigned = url.startsWith('/webhooks/github') && body !== undefined
  const gone = new AbortController()
  const response = await fetch(`${serviceUrl()}${url}`, {
    method,
    redirect: 'manual',
    signal: gone.signal,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(origin === undefined ? {} : { origin }),
      ...(isSigned ? { 'x-hub-signature-256': `sha256=${signature.digest('hex')}` } : {}),
    },
    ...(body === undefined || method === 'GET' ? {} : { body }),
  })
  const type = response.headers.get('content-type')?.split(';', 1)[0] ?? ''
  const isStream = type === 'text/event-stream'
  const text = isStream ? '' : await response.text()
  if (isStream) gone.abort()
  return { status: response.status, type, headers: response.headers, text }
}

const mustHave: Readonly<Record<number, string>> = {
  401: 'www-authenticate',
  405: 'allow',
  429: 'retry-after',
  503: 'retry-after',
}

function findFaults(document: ApiDocument, described: Described | undefined, answer: Answer) {
  const { status, type, headers, text } = answer
  if (described === undefined) return [`${status} is not described: ${text}`]
  const header = mustHave[status]
  if (header !== undefined && !headers.has(header)) return [`${status} without ${header}`]
  if (text === '' && described.content === undefined) return []
  const content = described.content?.[type]
  if (content === undefined && type !== '') return [`${status} has the media type ${type}`]
  if (!type.endsWith('json')) return []
  const schema = { ...Object(content?.schema), components: document.components }
  const [, errors] = Schema.Compile(schema).Errors(JSON.parse(text))
  return errors.map((error) => JSON.stringify(error))
}
type Answer = Awaited<ReturnType<typeof ask>>

scenario(
  'every status that a route answers is described, and every described one is answered',
  async (story) => {
    const document: ApiDocument = await story.get('/api/openapi.json')
    // Only a wrong token makes a session answer 401, and beyond thirty of them all get 429.
    const operations = listOperations(document).toSorted(
      (a, b) => Number(b.path === '/api/session') - Number(a.path === '/api/session'),
    )
    expect(operations.length).toBeGreaterThan(30)
    const seen = new Map<Operation, Set<string>>()
    const faults: string[] = []
    const check = async (operation: Operation, probe: Probe) => {
      const answer = await ask(story, operation.method, probe)
      const statuses = seen.get(operation) ?? new Set()
      seen.set(operation, statuses.add(String(answer.status)))
      const described = operation.responses[answer.status]
      const { method } = operation
      for (const fault of findFaults(document, described, answer))
        faults.push(
          `${method} ${probe.url} (${probe.token}, ${probe.body?.slice(0, 20)}): ${fault}`,
        )
    }
    for (const operation of operations)
      for (const probe of listProbes(operation)) await check(operation, probe)
    // Beyond thirty wrong tokens of an address, none is looked at any more.
    for (let n = 0; n < 30; n += 1)
      await ask(story, 'GET', { url: '/api/codex/issues', token: `wrong-${n}` })
    for (const operation of operations.filter(({ isGuarded }) => isGuarded)) {
      const url = fillPath(operation.path, unknownId)
      await check(operation, { url, token: 'wrong', body: '{"token":"wrong"}' })
    }
    expect(faults).toEqual([])
    const unanswered = operations.flatMap((operation) =>
      Object.keys(operation.responses)
        .filter((status) => Number(status) >= 400 && !notProvoked.includes(status))
        .filter((status) => !seen.get(operation)?.has(status))
        .map((status) => `${operation.method} ${operation.path}: ${status}`),
    )
    expect(unanswered).toEqual([])
  },
  {
    env: {
      INGEST_TOKEN: tokens.ingest,
      OPERATOR_TOKEN: tokens.operator,
      READ_TOKEN: tokens.read,
    },
    webhooks: false,
  },
)

scenario('a method that a path does not have is answered 405 with those it has', async (story) => {
  const document: ApiDocument = await story.get('/api/openapi.json')
  const schema = document.components.responses.MethodNotAllowed
  for (const [path, methods] of Object.entries(document.paths)) {
    const offered = Object.keys(methods as object).map((method) => method.toUpperCase())
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY']) {
      if (offered.includes(method)) continue
      const answer = await ask(story, method, { url: fillPath(path, unknownId), token: null })
      expect([method, path, answer.status]).toEqual([method, path, 405])
      expect(findFaults(document, schema, answer)).toEqual([])
      for (const one of offered)
        expect(answer.headers.get('allow')?.split(', '), `${method} ${path}`).toContain(one)
    }
  }
})
