import { createTwoFilesPatch } from 'diff'

/** Sources and tests of five languages before and after a change of many lines. */
export interface MixedChange {
  /** The unified diff, as git writes it. */
  readonly text: string
  /** The whole texts of the changed test files. */
  readonly tests: ReadonlyMap<string, { readonly base: string; readonly head: string }>
}

interface Language {
  readonly source: (n: number) => string
  readonly test: (n: number) => string
  readonly writeSource: (n: number, value: number) => string
  readonly writeTest: (n: number, value: number) => string
}

const languages: readonly Language[] = [
  {
    source: (n) => `web/src/price-${n}.ts`,
    test: (n) => `web/src/price-${n}.test.ts`,
    writeSource: (n, value) =>
      `/** The price of item ${n}. */\nexport function price${n}(count: number, rate = ${value}): number {\n  try {\n    return count * rate\n  } catch (error) {\n    throw new Error(\`no price for \${count}\`, { cause: error })\n  }\n}\n`,
    writeTest: (n, value) =>
      `test('item ${n} costs its rate', () => {\n  expect(price${n}(2)).toBe(${value * 2})\n  expect(price${n}(0)).toBe(0)\n})\n`,
  },
  {
    source: (n) => `app/price_${n}.py`,
    test: (n) => `tests/test_price_${n}.py`,
    writeSource: (n, value) =>
      `def price_${n}(count, rate=${value}):\n    """The price of item ${n}."""\n    if count < 0:\n        raise ValueError(f"no price for {count}")\n    return count * rate\n\n`,
    writeTest: (n, value) =>
      `def test_price_${n}():\n    assert price_${n}(2) == ${value * 2}\n    assert price_${n}(0) == 0\n\n`,
  },
  {
    source: (n) => `pkg/price/price_${n}.go`,
    test: (n) => `pkg/price/price_${n}_test.go`,
    writeSource: (n, value) =>
      `// Price${n} is the price of item ${n}.\nfunc Price${n}(count int) (int, error) {\n\tif count < 0 {\n\t\treturn 0, fmt.Errorf("no price for %d", count)\n\t}\n\treturn count * ${value}, nil\n}\n\n`,
    writeTest: (n, value) =>
      `func TestPrice${n}(t *testing.T) {\n\tgot, err := Price${n}(2)\n\tif err != nil || got != ${value * 2} {\n\t\tt.Fatalf("got %d, %v", got, err)\n\t}\n}\n\n`,
  },
  {
    source: (n) => `core/src/main/java/shop/Price${n}.java`,
    test: (n) => `core/src/test/java/shop/Price${n}Test.java`,
    writeSource: (n, value) =>
      `  /** The price of item ${n}. */\n  public int price${n}(int count) {\n    if (count < 0) {\n      throw new IllegalArgumentException("no price for " + count);\n    }\n    return count * ${value};\n  }\n\n`,
    writeTest: (n, value) =>
      `  @Test\n  void item${n}CostsItsRate() {\n    assertEquals(${value * 2}, new Price().price${n}(2));\n    assertEquals(0, new Price().price${n}(0));\n  }\n\n`,
  },
  {
    source: (n) => `engine/src/price_${n}.rs`,
    test: (n) => `engine/tests/price_${n}.rs`,
    writeSource: (n, value) =>
      `/// The price of item ${n}.\npub fn price_${n}(count: u32) -> Option<u32> {\n    if count > 1_000 {\n        return None;\n    }\n    count.checked_mul(${value})\n}\n\n`,
    writeTest: (n, value) =>
      `#[test]\nfn item_${n}_costs_its_rate() {\n    assert_eq!(price_${n}(2), Some(${value * 2}));\n    assert_eq!(price_${n}(0), Some(0));\n}\n\n`,
  },
]

const FUNCTIONS_PER_FILE = 12

/** A change of at least `lines` added and removed lines: new functions, other values, new tests. */
export function createMixedChange(lines: number): MixedChange {
  const tests = new Map<string, { base: string; head: string }>()
  const parts: string[] = []
  let changed = 0
  for (let n = 0; changed < lines; n += 1) {
    const language = languages[n % languages.length]
    if (language === undefined) continue
    const { source, test, writeSource, writeTest } = language
    for (const { path, write } of [
      { path: source(n), write: writeSource },
      { path: test(n), write: writeTest },
    ]) {
      const items = Array.from({ length: FUNCTIONS_PER_FILE }, (_, k) => n * 100 + k)
      const base = items.map((item) => write(item, 3)).join('')
      // Every second function gets another value, and each is followed by a new one.
      const head = items
        .map((item, k) => write(item, k % 2 === 0 ? 4 : 3) + write(item + 50, 5))
        .join('')
      const patch = createTwoFilesPatch(`a/${path}`, `b/${path}`, base, head)
      const body = patch.slice(patch.indexOf('--- '))
      parts.push(`diff --git a/${path} b/${path}\nindex 1111111..2222222 100644\n${body}`)
      changed += body.match(/^[+-](?![+-]{2} )/gm)?.length ?? 0
      if (write === writeTest) tests.set(path, { base, head })
    }
  }
  return { text: parts.join(''), tests }
}
