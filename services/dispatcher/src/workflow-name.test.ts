import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { toDeliveryLabel, toWorkflowName } from './workflow-name.ts'

test('a delivery id that is a valid name is used as the name', () => {
  expect(toWorkflowName('codex-1a2b3c4d-41-attempt-2')).toBe('codex-1a2b3c4d-41-attempt-2')
  expect(toWorkflowName('b7c1e0a0-0000-4000-8000-000000002125')).toBe(
    'b7c1e0a0-0000-4000-8000-000000002125',
  )
})

test('any other delivery id becomes a readable name, and different ids get different names', () => {
  expect(toWorkflowName('Push of Acme/Widgets')).toMatch(/^push-of-acme-widgets-[0-9a-f]{16}$/)
  expect(toWorkflowName('A.b')).not.toBe(toWorkflowName('a-b'))
  expect(toWorkflowName(`${'x'.repeat(100)}1`)).not.toBe(toWorkflowName(`${'x'.repeat(100)}2`))
  expect(toWorkflowName('日本')).toMatch(/^codex-[0-9a-f]{16}$/)
})

property.prop([fc.string({ minLength: 1, maxLength: 300, unit: 'grapheme' })])(
  'every delivery id has one name and one label, and Kubernetes accepts both',
  (id) => {
    expect(toWorkflowName(id)).toMatch(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/)
    expect(toDeliveryLabel(id)).toMatch(/^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/)
    expect(toWorkflowName(id)).toBe(toWorkflowName(id))
  },
)

property.prop([fc.string({ maxLength: 80 }), fc.string({ maxLength: 80 })])(
  'two delivery ids never share a name',
  (a, b) => {
    expect(toWorkflowName(a) === toWorkflowName(b)).toBe(a === b)
  },
)
