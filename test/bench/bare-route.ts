import Fastify from 'fastify'
import pg from 'pg'

/** The baseline of durable ingest: one route with one INSERT of the body. */
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 16 })
await pool.query(
  `create table if not exists bare (
     id bigint generated always as identity primary key,
     at timestamptz not null default now(),
     body bytea not null)`,
)
const app = Fastify()
app.removeAllContentTypeParsers()
app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
app.post('/*', async (request, reply) => {
  await pool.query('insert into bare (body) values ($1)', [request.body])
  return reply.code(202).send({ ok: true })
})
const url = await app.listen({ host: '127.0.0.1', port: 0 })
console.log(JSON.stringify({ msg: 'listening', url }))
process.once('SIGTERM', () => void app.close().then(() => pool.end()))
