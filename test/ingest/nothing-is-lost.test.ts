import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { body, headers, path } from './arbitrary.ts'
import { type Listening, listening } from './listening.ts'

const secret = 'secret'
let service: Listening
beforeAll(async () => {
  service = await listening({ secrets: [secret] })
})
afterAll(() => service.close())

test('whatever bytes come: never a 5xx, and everything answered 2xx or called malformed had been handed over before the answer', async () => {
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

test('what is kept can be stored: no NUL, no half character, no credential, no key longer than an index takes', () => {
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
