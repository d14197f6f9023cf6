import Type, { type Static, type TSchema } from 'typebox'
import Value from 'typebox/value'
import { Failure } from '../lib/failure.ts'
import type { JsonObject } from '../lib/json.ts'
import { formatIssue, renderRun } from '../terminal/render-run.ts'
import { runPageSchema, shownRunSchema } from '../terminal/run-page.ts'
import type { Screen } from '../terminal/screen.ts'
import { toPlainLine } from '../terminal/wrap.ts'
import type { ServiceClient } from './service-client.ts'

const foundSchema = Type.Object({
  hit: Type.Union([Type.Object({ kind: Type.String(), id: Type.String() }), Type.Null()]),
  runs: Type.Array(shownRunSchema),
})

const MAX_LISTED_RUNS = 10

/**
 * The page of the run that a text names, as the service answers it: of an issue or a pull request
 * its newest. Rejects with `Failure` if the text names none or several, or the service is not
 * reached.
 */
export async function fetchRunPage(service: ServiceClient, subject: string): Promise<JsonObject> {
  const answer = await service.get(`/api/codex/find?q=${encodeURIComponent(subject)}`)
  const { hit, runs } = readAnswer(foundSchema, answer)
  const [newest] = runs
  if (hit === null && runs.length > 1) {
    const listed = runs.slice(0, MAX_LISTED_RUNS).map((run) => {
      const text = `${run.id}  ${formatIssue(run)}  ${run.statusWords}: ${run.headline}`
      return `\n  ${toPlainLine(text)}`
    })
    throw new Failure('refused', `several runs match ${subject}; name one:${listed.join('')}`)
  }
  const id = hit?.kind === 'run' ? hit.id : newest?.id
  const page = id === undefined ? null : await service.find(`/api/codex/runs/${id}`)
  if (page !== null) return page
  throw new Failure(
    'refused',
    `no run matches ${subject}; its run may have been removed by retention`,
  )
}

/** The page as lines of text. */
export const showRun = (service: ServiceClient, answer: JsonObject, screen: Screen) => {
  const page = readAnswer(runPageSchema, answer)
  return renderRun(page, { url: `${service.url}/runs/${page.run.id}` }, screen)
}

/** What the service answered, if it has the form that this release knows. */
export function readAnswer<T extends TSchema>(schema: T, value: unknown): Static<T> {
  if (Value.Check(schema, value)) return value
  const [fault] = Value.Errors(schema, value)
  const where = fault === undefined ? '' : `: ${fault.instancePath || '/'} ${fault.message}`
  throw new Failure('refused', `the service is of another release than this command${where}`)
}
