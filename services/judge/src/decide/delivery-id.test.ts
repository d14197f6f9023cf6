import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { deliveryId } from './delivery-id.ts'

test('a delivery id is made from the repository, the issue and the attempt alone', () => {
  const digest = createHash('sha256').update('acme/widgets').digest('hex')
  expect(deliveryId('acme/widgets', 2125, 2)).toBe(`codex-${digest.slice(0, 8)}-2125-attempt-2`)
  expect(deliveryId('acme/widgets', 2125, 2)).toBe(deliveryId('acme/widgets', 2125, 2))
})

test('another repository, issue or attempt is another delivery', () => {
  const ids = [
    deliveryId('acme/widgets', 1, 1),
    deliveryId('acme/gadgets', 1, 1),
    deliveryId('acme/widgets', 2, 1),
    deliveryId('acme/widgets', 1, 2),
  ]
  expect(new Set(ids).size).toBe(4)
})
