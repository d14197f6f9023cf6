import { expect, test } from 'vitest'
import {
  collectCandidates,
  findRefsByConvention,
  toCanonicalName,
  toObjectRef,
} from './candidates.ts'

test('older names refer to the same artifacts', () => {
  expect(
    [
      'agent-output',
      'patch',
      'status',
      'main-logs',
      'implementation-log',
      'coverage',
      'constructor',
    ].map(toCanonicalName),
  ).toEqual([
    'implementation-log',
    'implementation-patch',
    'implementation-status',
    'main-logs',
    'implementation-log',
    null,
    null,
  ])
})

test('candidates are best first, older names come last, and the bucket has a default', () => {
  const candidates = collectCandidates(
    [
      { name: 'status', bucket: '', key: 'old' },
      { name: 'implementation-status', bucket: 'b', key: 'new' },
      { name: 'implementation-status', bucket: null, key: 'second' },
      { name: 'implementation-log', bucket: null, key: '' },
    ].map(toObjectRef),
    'message',
    'default',
  )
  expect(candidates).toEqual(
    new Map([
      [
        'implementation-status',
        [
          { namedBy: 'message', place: { kind: 'object', bucket: 'b', key: 'new' } },
          { namedBy: 'message', place: { kind: 'object', bucket: 'default', key: 'second' } },
          { namedBy: 'message', place: { kind: 'object', bucket: 'default', key: 'old' } },
        ],
      ],
    ]),
  )
})

test('the default key of an artifact is in the folder of its pod', () => {
  expect(
    findRefsByConvention(
      [
        'wf/wf-1/implementation-changes.tgz',
        'wf/wf-1/main.log',
        'wf/wf-1/implementation-log',
        'wf/wf-1/deep/status',
        'wf/status',
        'other/p/status',
        'wf/p/else.tgz',
      ],
      'wf',
    ),
  ).toEqual([
    { name: 'implementation-changes', bucket: null, key: 'wf/wf-1/implementation-changes.tgz' },
    { name: 'main-logs', bucket: null, key: 'wf/wf-1/main.log' },
    { name: 'implementation-log', bucket: null, key: 'wf/wf-1/implementation-log' },
  ])
})
