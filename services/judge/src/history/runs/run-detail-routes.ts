import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { idIn, notHere } from '../http/query.ts'
import { type ById, listOf, missing, ok, type Reading, ref, route } from '../http/route-options.ts'
import { runById } from './present-run.ts'
import { runDetail, waitingOf } from './run-detail.ts'

/** One run, in full or in parts. */
export function runRoutes(app: FastifyInstance, { db, guard }: Reading): void {
  const read = { tag: 'runs', guard: guard('read') }
  app.get<ById>(
    '/api/codex/runs/:id',
    route({
      ...read,
      summary: 'All we can tell about one run.',
      answers: {
        200: ok({
          run: ref('Run'),
          artifacts: listOf('Artifact'),
          transitions: listOf('Transition'),
          facts: listOf('Fact'),
          gates: listOf('Gate'),
          verdicts: listOf('Verdict'),
          decision: Type.Union([ref('Decision'), Type.Null()]),
          effects: listOf('Effect'),
          waitingFor: listOf('WaitingFor'),
        }),
      },
      problems: [404],
    }),
    async ({ params }) => ({ ok: true, ...((await runDetail(db, idIn(params.id))) ?? missing()) }),
  )
  app.get<ById>(
    '/api/codex/runs/:id/waiting',
    route({
      ...read,
      summary: "What would change the run's answer.",
      answers: { 200: ok({ waitingFor: listOf('WaitingFor') }) },
      problems: [404],
    }),
    async ({ params }) => ({
      ok: true,
      waitingFor: (await waitingOf(db, idIn(params.id))) ?? missing(),
    }),
  )
  app.get<ById>(
    '/api/codex/runs/:id/prompt',
    route({
      ...read,
      summary: "The next attempt's prompt, in Markdown.",
      answers: { 200: Type.String({ description: 'text/markdown' }) },
      problems: [404],
    }),
    async ({ params }, reply) => {
      const run = (await runById(db, idIn(params.id))) ?? missing()
      if (run.nextPrompt === null) throw notHere('The run has no next prompt (yet).')
      return reply
        .type('text/markdown; charset=utf-8')
        .serializer((text: string) => text)
        .send(run.nextPrompt)
    },
  )
}
