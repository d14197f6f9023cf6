import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { deliveryLabel, workflowName } from './workflow-name.ts'

test('a delivery id that is a name already is the name', () => {
  expect(workflowName('codex-1a2b3c4d-41-attempt-2')).toBe('codex-1a2b3c4d-41-attempt-2')
  expect(workflowName('b7c1e0a0-0000-4000-8000-000000002125')).toBe(
    'b7c1e0a0-0000-4000-8000-000000002125',
  )
})

test('another is made one that can still be read, and ids that differ have names that differ', () => {
  expect(workflowName('Push of Acme/Widgets')).toMatch(/^push-of-acme-widgets-[0-9a-f]{16}$/)
  expect(workflowName('A.b')).not.toBe(workflowName('a-b'))
  expect(workflowName(`${'x'.repeat(100)}1`)).not.toBe(workflowName(`${'x'.repeat(100)}2`))
  expect(workflowName('日本')).toMatch(/^codex-[0-9a-f]{16}$/)
})

property.prop([fc.string({ minLength: 1, maxLength: 300, unit: 'grapheme' })])(
  'every delivery id has a name and a label that Kubernetes accepts, always the same',
  (id) => {
    expect(workflowName(id)).toMatch(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/)
    expect(deliveryLabel(id)).toMatch(/^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/)
    expect(workflowName(id)).toBe(workflowName(id))
  },
)

property.prop([fc.string({ maxLength: 80 }), fc.string({ maxLength: 80 })])(
  'two ids never share a name',
  (a, b) => {
    expect(workflowName(a) === workflowName(b)).toBe(a === b)
  },
)
