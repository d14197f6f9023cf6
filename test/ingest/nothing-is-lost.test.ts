import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { body, headers, path } from './arbitrary.ts'
import { type IngestServer, startIngest } from './start-ingest.ts'

const secret = 'secret'
let service: IngestServer
beforeAll(async () => {
  service = await startIngest({ secrets: [secret] })
})
afterAll(() => service.close())

test('any bytes are answered without a 5xx, after they were handed to the recorder', async () => {
  await fc.assert(
    fc.asyncProperty(path, body, headers, async (to, bytes, sent) => {
      const { recorder } = service
      const before = recorder.kept.length + recorder.quarantined.length
      const signature = {
        'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(bytes).digest('hex')}`,
      }
      const answer = await service.post(to, bytes, {
        ...sent,
        ...(to.includes('github') ? signature : {}),
      })
      expect([202, 400]).toContain(answer.status)
      if (answer.status === 400) {
        expect(answer.body).toMatchObject({
          code: 'malformed_event',
          quarantineId: recorder.quarantined.at(-1)?.id,
        })
        expect(recorder.kept.length + recorder.quarantined.length).toBe(before + 1)
        return
      }
      const answers: readonly { outcome: string; event: { id: string; duplicate: boolean } }[] =
        answer.body.events ?? [answer.body]
      for (const { outcome, event } of answers) {
        const known = outcome === 'quarantined' ? recorder.quarantined : recorder.kept
        expect(known.map(({ id }) => id)).toContain(event.id)
      }
      expect(recorder.kept.length + recorder.quarantined.length).toBe(
        before + answers.filter(({ event }) => !event.duplicate).length,
      )
    }),
    { numRuns: 600 },
  )
})

test('a kept message can be stored: no NUL, half character, credential or overlong key', () => {
  const { kept, quarantined } = service.recorder
  expect(kept.length).toBeGreaterThan(50)
  expect(quarantined.length).toBeGreaterThan(50)
  for (const { incoming } of kept) {
    const { body: _bytes, ...stored } = incoming
    const json = JSON.stringify(stored)
    expect(/\\u0000|\\ud[89a-f]/i.test(json.replaceAll('\\\\', ''))).toBe(false)
    expect(incoming.keys.every((key) => key.length <= 500)).toBe(true)
  }
  const texts = [
    ...kept.map(({ incoming }) => incoming),
    ...quarantined.map(({ malformed }) => malformed),
  ].map(({ headers }) => JSON.stringify(headers))
  expect(texts.some((text) => text.includes('x-hub-signature'))).toBe(false)
})
