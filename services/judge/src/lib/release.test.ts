import { expect, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { RELEASE } from './release.ts'

test('the release has the version of the package', () => {
  expect(RELEASE).toBe(manifest.version)
})
