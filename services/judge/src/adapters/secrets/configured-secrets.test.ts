import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createMasker } from './masker.ts'

const own = 'correct horse/battery"staple'
const { mask, find } = createMasker([own, 'short'])

test('our own secrets are masked by value, in whatever form they stand', async () => {
  const masked = await mask(
    [
      `token is ${own}.`,
      `https://example.org/?t=${encodeURIComponent(own)}`,
      JSON.stringify({ anything: own }),
      `Basic ${Buffer.from(`x-access-token:${own}`).toString('base64')}`,
      `${Buffer.from(`ab${own}c`).toString('base64url')}`,
      'a short word stays',
    ].join('\n'),
  )
  expect(masked.match(/\[masked: [a-z-]+\]/g)).toHaveLength(5)
  expect(masked).not.toMatch(/horse|staple/)
  expect(masked).toContain('a short word stays')
  expect(await mask(masked)).toBe(masked)
})

test('a change that adds one of them adds a secret', async () => {
  expect(await find(`a = 1\nb = '${own}'`)).toMatchObject([
    { rule: 'configured-secret', certainty: 'format', line: 2 },
  ])
  expect(await createMasker().find(own)).toEqual([])
})

test('no piece of base64 keeps the secret, whatever stands around it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string(), fc.string(), async (before, after) => {
      const encoded = Buffer.from(before + own + after).toString('base64')
      const left = (await mask(encoded)).replace(/\[masked: [a-z-]+\]/g, ' ')
      for (const piece of left.split(' '))
        expect(Buffer.from(piece, 'base64').toString()).not.toContain(own.slice(2, -2))
    }),
  )
})
