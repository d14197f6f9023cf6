import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { buildDeliveryId } from './delivery-id.ts'

test('a delivery id depends on the repository, the issue and the attempt alone', () => {
  const digest = createHash('sha256').update('acme/widgets').digest('hex')
  expect(buildDeliveryId('acme/widgets', 2125, 2)).toBe(
    `codex-${digest.slice(0, 8)}-2125-attempt-2`,
  )
  expect(buildDeliveryId('acme/widgets', 2125, 2)).toBe(buildDeliveryId('acme/widgets', 2125, 2))
})

test('another repository, issue or attempt has another delivery id', () => {
  const ids = [
    buildDeliveryId('acme/widgets', 1, 1),
    buildDeliveryId('acme/gadgets', 1, 1),
    buildDeliveryId('acme/widgets', 2, 1),
    buildDeliveryId('acme/widgets', 1, 2),
  ]
  expect(new Set(ids).size).toBe(4)
})
