import { expect, test } from 'vitest'
import { createDiff, file, line } from '../../../../../test/judge/samples.ts'
import { createRelevance } from '../relevance.ts'
import { guessImportedPaths } from './guess-imported-paths.ts'
import { guessTestPaths } from './guess-test-paths.ts'
import { selectContextPaths } from './select-context-paths.ts'

const beside: readonly (readonly [source: string, test: string])[] = [
  ['src/api/user.ts', 'src/api/user.test.ts'],
  ['src/api/user.ts', 'src/api/user.spec.ts'],
  ['src/api/user.ts', 'src/api/__tests__/user.test.ts'],
  ['src/api/user.ts', 'test/api/user.test.ts'],
  ['packages/core/src/user.tsx', 'packages/core/test/user.test.tsx'],
  ['index.js', 'test/index.test.js'],
  ['src/App.vue', 'src/App.spec.ts'],
  ['pkg/parse/header.py', 'pkg/parse/test_header.py'],
  ['pkg/parse/header.py', 'pkg/parse/tests/test_header.py'],
  ['src/pkg/header.py', 'tests/pkg/test_header.py'],
  ['src/pkg/header.py', 'tests/test_header.py'],
  ['internal/server/server.go', 'internal/server/server_test.go'],
  ['app/src/main/java/com/acme/Cart.java', 'app/src/test/java/com/acme/CartTest.java'],
  ['src/main/kotlin/Cart.kt', 'src/test/kotlin/CartTest.kt'],
  ['src/parse.rs', 'tests/parse.rs'],
  ['lib/shop/cart.rb', 'spec/shop/cart_spec.rb'],
  ['app/models/user.rb', 'test/models/user_test.rb'],
  ['src/Cart.php', 'tests/CartTest.php'],
  ['lib/shop/cart.ex', 'test/shop/cart_test.exs'],
]
test.each(beside)('the tests of %s may stand in %s', (source, expected) => {
  expect(guessTestPaths(source)).toContain(expected)
})

test('a path without a known convention has no guesses', () => {
  for (const path of ['README.md', 'Makefile', 'a.unknown', '', '/', '.env'])
    expect(guessTestPaths(path)).toEqual([])
})

const imports: readonly (readonly [path: string, text: string, expected: string])[] = [
  ['src/a.test.ts', "import { a } from './a.ts'", 'src/a.ts'],
  ['src/a.test.ts', "import { a } from './a'", 'src/a.ts'],
  ['src/a.test.ts', "import { a } from './a.js'", 'src/a.ts'],
  ['test/x/a.test.ts', "import a from '../../src/x'", 'src/x/index.ts'],
  ['test/a.js', "const a = require('../lib/a')", 'lib/a.js'],
  ['tests/test_a.py', 'from pkg.parse.header import read', 'pkg/parse/header.py'],
  ['tests/test_a.py', 'import pkg.header', 'src/pkg/header.py'],
  ['pkg/tests/test_a.py', 'from ..header import read', 'pkg/header.py'],
  [
    'app/src/test/java/com/acme/CartTest.java',
    'import com.acme.shop.Cart;',
    'app/src/main/java/com/acme/shop/Cart.java',
  ],
]
test.each(imports)('what %s imports by "%s" may stand in %s', (path, text, expected) => {
  const changed = file({ path, lines: [line('context', text, 1, 1)] })
  expect(guessImportedPaths(changed)).toContain(expected)
})

test('an import that leaves the repository, of a package or on a removed line is not followed', () => {
  const lines = [
    line('added', "import a from '../../../etc/passwd'", null, 1),
    line('added', "import b from 'vitest'", null, 2),
    line('removed', "import c from './c.ts'", 3, null),
  ]
  expect(guessImportedPaths(file({ path: 'test/a.test.ts', lines }))).toEqual([])
})

test('changed files are read first, what the diff shows whole is not read, and the number is bounded', () => {
  const relevance = createRelevance(['Fix `src/z.ts`.'])
  const many = Array.from({ length: 60 }, (_, index) => file({ path: `src/f${index}.ts` }))
  const { paths, left } = selectContextPaths(
    createDiff(
      file({ path: 'src/new.ts', change: 'added' }),
      file({ path: 'src/gone.ts', change: 'deleted' }),
      { ...file({ path: 'logo.png' }), binary: true },
      file({ path: 'link', newMode: '120000' }),
      file({ path: 'package-lock.json' }),
      ...many,
      file({ path: 'src/z.ts' }),
    ),
    relevance,
  )
  const changed = paths.filter(({ role }) => role === 'changed').map(({ path }) => path)
  expect(changed).toHaveLength(24)
  expect(changed).toContain('src/z.ts')
  expect(left).toHaveLength(37)
  expect(paths.length).toBeLessThanOrEqual(68)
  const all = paths.map(({ path }) => path)
  expect(new Set(all).size).toBe(all.length)
  expect(all).toContain('src/new.test.ts')
  for (const path of ['src/new.ts', 'src/gone.ts', 'logo.png', 'link', 'package-lock.json'])
    expect(all).not.toContain(path)
})
