/**
 * A pure function that keeps its newest results, at most `max`. `identify` gives two inputs the
 * same text only if they have the same result.
 */
export function memoize<Input, Result>(
  compute: (input: Input) => Result,
  { identify, max }: { readonly identify: (input: Input) => string; readonly max: number },
): (input: Input) => Result {
  const results = new Map<string, { readonly value: Result }>()
  return (input) => {
    const key = identify(input)
    const known = results.get(key)
    const result = known ?? { value: compute(input) }
    results.delete(key)
    results.set(key, result)
    const [oldest] = results.keys()
    if (results.size > max && oldest !== undefined) results.delete(oldest)
    return result.value
  }
}
