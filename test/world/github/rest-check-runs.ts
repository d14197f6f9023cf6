import { answerJson, type HttpAnswer } from '../serve.ts'
import { setCheck } from './changes.ts'
import {
  answerNotFound,
  answerPage,
  answerRefused,
  type Call,
  parseBody,
  readTextOr,
} from './rest-call.ts'
import { toCheckRunJson } from './rest-views.ts'
import { type CheckAnnotation, type CheckRun, OWN_APP } from './state.ts'

/** GitHub takes no more annotations in one request. */
const MAX_ANNOTATIONS = 50

/** Only an app writes check runs, with the token of an installation. */
const isApp = ({ request }: Call): boolean =>
  /^(?:token|bearer) ghs_/i.test(request.headers.authorization ?? '')

const refuseUser = (): HttpAnswer => answerRefused(403, 'You must authenticate via a GitHub App.')

export function createCheckRun(call: Call): HttpAnswer {
  if (!isApp(call)) return refuseUser()
  const body = parseBody(call.request)
  const sha = readTextOr(body.head_sha, '')
  const name = readTextOr(body.name, '')
  if (name === '' || !call.repository.commits.has(sha))
    return answerRefused(422, 'Validation Failed')
  return change(call, { sha, name }, body) ?? answerRefused(422, 'Validation Failed')
}

/** The annotations of a request are added to those that are there. */
export function updateCheckRun(call: Call): HttpAnswer {
  if (!isApp(call)) return refuseUser()
  const run = findRun(call)
  if (run === undefined || run.suite.app !== OWN_APP) return answerNotFound()
  return change(call, run, parseBody(call.request)) ?? answerRefused(422, 'Validation Failed')
}

export function listAnnotations(call: Call): HttpAnswer {
  const run = findRun(call)
  return run === undefined ? answerNotFound() : answerPage(call, run.annotations)
}

const findRun = ({ repository, args }: Call): CheckRun | undefined =>
  repository.checkRuns.find(({ id }) => id === Number(args[0]))

const statuses = ['queued', 'in_progress', 'completed'] as const

function change(
  { world, repository }: Call,
  { sha, name }: { readonly sha: string; readonly name: string },
  body: Readonly<Record<string, unknown>>,
): HttpAnswer | null {
  const conclusion = readTextOr(body.conclusion, null)
  const status = conclusion === null ? statuses.find((one) => one === body.status) : 'completed'
  if (status === undefined || (status === 'completed' && conclusion === null)) return null
  const output = typeof body.output === 'object' ? { ...body.output } : {}
  const { title, summary, annotations = [] } = output as Readonly<Record<string, unknown>>
  const added: unknown[] = Array.isArray(annotations) ? annotations : []
  if (added.length > MAX_ANNOTATIONS || !added.every(isAnnotation)) return null
  if (typeof title !== 'string' || typeof summary !== 'string') return null
  const about = { sha, name, app: OWN_APP, workflow: null }
  const run = setCheck(world, repository, about, { status, conclusion, title, summary })
  run.annotations.push(...added)
  run.detailsUrl = readTextOr(body.details_url, run.detailsUrl)
  return answerJson(201, toCheckRunJson(repository, run, []))
}

const isAnnotation = (value: unknown): value is CheckAnnotation =>
  typeof value === 'object' &&
  value !== null &&
  'path' in value &&
  'start_line' in value &&
  'end_line' in value &&
  'message' in value &&
  'annotation_level' in value &&
  ['notice', 'warning', 'failure'].includes(String(value.annotation_level))
