import { expect, test } from 'vitest'
import { findProfile } from './profiles/index.ts'
import { outlineFragment } from './syntax.ts'

test.each(['test_a.py', 'a_test.go', 'ATest.java', 'ATest.kt', 'tests/a.rs', 'a.test.ts'])(
  'what is nested deeper than any code is left out: %s',
  (path) => {
    const profile = findProfile(path)
    if (profile === null) throw new Error('no profile')
    const line = { text: 'assert('.repeat(3000), number: 1, changed: true }
    expect(outlineFragment([line], profile).length).toBeLessThan(200)
  },
)
