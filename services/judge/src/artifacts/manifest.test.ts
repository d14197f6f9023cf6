import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseManifest } from './manifest.ts'

test('both spellings are read, and what is missing is null', () => {
  expect(
    parseManifest(
      '{"version":1,"repository":"acme/widgets","issueNumber":7,"commitSha":"ABC1234","sessionId":"s","prompt":"do","trackedFiles":["a"],"deletedFiles":["b"]}',
    ),
  ).toEqual({
    repository: 'acme/widgets',
    issueNumber: 7,
    commit: 'abc1234',
    sessionId: 's',
    prompt: 'do',
    trackedFiles: ['a'],
    deletedFiles: ['b'],
  })
  expect(
    parseManifest(
      '{"repository":"acme/widgets","issue_number":"7","commit_sha":null,"session_id":"s"}',
    ),
  ).toEqual({
    repository: 'acme/widgets',
    issueNumber: 7,
    commit: null,
    sessionId: 's',
    prompt: null,
    trackedFiles: [],
    deletedFiles: [],
  })
})

test('placeholders are null, and a malformed field does not affect the others', () => {
  expect(
    parseManifest(
      '{"repository":"unknown/unknown","issueNumber":"x","commitSha":"HEAD","prompt":{},"trackedFiles":[1,"a"],"sessionId":"s"}',
    ),
  ).toMatchObject({
    repository: null,
    issueNumber: null,
    commit: null,
    prompt: null,
    trackedFiles: ['a'],
    sessionId: 's',
  })
})

test.each(['', 'capturing failed', '[]', 'null', '3'])('%j is not a manifest', (text) =>
  expect(parseManifest(text)).toBeNull(),
)

test('no text makes the parser throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => parseManifest(text) !== undefined),
  )
})
