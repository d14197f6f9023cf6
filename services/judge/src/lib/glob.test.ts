import fc from 'fast-check'
import picomatch from 'picomatch'
import { expect, test } from 'vitest'
import { compileGlob, compileGlobs, findGlobBase, findGlobFault } from './glob.ts'

const paths: readonly (readonly [
  pattern: string,
  yes: readonly string[],
  no: readonly string[],
])[] = [
  ['**', ['a', 'a/b', '.github/x', ''], []],
  ['*', ['a', '.env'], ['a/b', '']],
  ['src/**', ['src', 'src/a', 'src/a/b', 'src/.x'], ['srcs/a', 'a/src']],
  ['**/x.ts', ['x.ts', 'a/x.ts', 'a/b/x.ts'], ['ax.ts', 'x.ts/a']],
  ['a/**/b', ['a/b', 'a/c/b', 'a/c/d/b'], ['ab', 'a/bc']],
  ['.github/workflows/**', ['.github/workflows/ci.yml'], ['.github/x', 'github/workflows/a']],
  ['*.{ts,tsx}', ['a.ts', 'b.tsx'], ['a.js', 'a/b.ts']],
  ['{a,b{c,d}}/x', ['a/x', 'bc/x', 'bd/x'], ['b/x', 'c/x']],
  ['file?.txt', ['file1.txt', 'fileé.txt', 'file😀.txt'], ['file.txt', 'file/.txt']],
  ['[a-c]*', ['abc', 'c'], ['d', '']],
  ['[!a-c]x', ['dx', '😀x'], ['ax', 'x']],
  ['a\\*b', ['a*b'], ['axb']],
  ['{a}', ['{a}'], ['a']],
  ['[a', ['[a'], ['a']],
  ['!old/**', ['src/a'], ['old/a', 'old']],
  ['build (ubuntu, 22)', ['build (ubuntu, 22)'], ['build (ubuntu, 20)']],
]

test.each(paths)('%s matches what it says', (pattern, yes, no) => {
  const glob = compileGlob(pattern)
  expect(yes.filter((text) => !glob.matches(text))).toEqual([])
  expect(no.filter((text) => glob.matches(text))).toEqual([])
})

test('names may hold slashes, other letters and an exclamation mark', () => {
  const name = { matchesSlash: true, literalBang: true } as const
  expect(compileGlob('deploy*', name).matches('deploy / preview')).toBe(true)
  expect(compileGlob('!important*', name).matches('!important check')).toBe(true)
  expect(compileGlob('*build*', name).matches('CI / build (ubuntu, 22)')).toBe(true)
  expect(compileGlob('ACME/*', { ignoreCase: true }).matches('acme/widgets')).toBe(true)
  expect(compileGlobs([])('a')).toBe(false)
  expect(compileGlobs(['a', 'b*'])('bc')).toBe(true)
})

test('patterns without a bound have a fault', () => {
  expect(findGlobFault('*a'.repeat(60))).toBeNull()
  expect(findGlobFault('')).toBe('it is empty')
  expect(findGlobFault('a'.repeat(65_536))).toMatch(/more than 1000 characters/)
  expect(findGlobFault('{a,b}'.repeat(40))).toMatch(/more than 100 patterns/)
  expect(findGlobFault(`${'{'.repeat(400)}a,b${'}'.repeat(400)}`)).toBeNull()
  const many = '{a,b}'.repeat(40)
  expect([many, 'a'.repeat(40)].map(compileGlob(many).matches)).toEqual([true, false])
})

test('a pattern that makes regular expressions try for ever is answered', () => {
  const runs = `${'*a'.repeat(120)}b`
  expect(compileGlob(runs).matches('a'.repeat(5_000))).toBe(false)
  expect(compileGlob(runs).matches(`${'a'.repeat(5_000)}b`)).toBe(true)
  const folders = `${'**/a/'.repeat(100)}b`
  expect(compileGlob(folders).matches(`${'a/'.repeat(5_000)}c`)).toBe(false)
})

test('the base of a pattern is what all its paths begin with', () => {
  expect(findGlobBase('src/lib/**')).toBe('src/lib')
  expect(findGlobBase('src/*.ts')).toBe('src')
  expect(findGlobBase('**')).toBe('')
  expect(findGlobBase('src/a.ts')).toBe('src/a.ts')
})

test('simple patterns match what picomatch matches', () => {
  const part = fc
    .array(fc.constantFrom('a', 'b', '.', '*', '?'), { minLength: 1, maxLength: 5 })
    .map((all) => all.join('').replace(/\*{2,}/g, '*'))
    .filter((text) => !/^\.+$/.test(text))
  const pattern = fc
    .array(fc.oneof(part, fc.constant('**')), { minLength: 1, maxLength: 4 })
    .map((all) => all.join('/'))
    // The library treats `a/**` and `*/**` differently when nothing follows.
    .filter((text) => !text.endsWith('/**'))
  // Nor does it let `*.*` match a name that ends with a dot.
  const path = fc
    .array(fc.stringMatching(/^[ab.]{0,3}[ab]$/), { minLength: 1, maxLength: 5 })
    .map((all) => all.join('/'))
  fc.assert(
    fc.property(pattern, path, (glob, text) => {
      expect(compileGlob(glob).matches(text)).toBe(picomatch(glob, { dot: true })(text))
    }),
    { numRuns: 3_000 },
  )
})
