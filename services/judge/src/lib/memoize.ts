/**
 * A pure computation that keeps its newest results, at most `max`, and no failure. `identify` gives
 * two inputs the same text only if they have the same result.
 */
export function memoize<Input, Result>(
  compute: (input: Input) => Promise<Result>,
  { identify, max }: { readonly identify: (input: Input) => string; readonly max: number },
): (input: Input) => Promise<Result> {
  const results = new Map<string, Promise<Result>>()
  return (input) => {
    const key = identify(input)
    const result = results.get(key) ?? compute(input)
    results.delete(key)
    results.set(key, result)
    result.catch(() => {
      if (results.get(key) === result) results.delete(key)
    })
    const [oldest] = results.keys()
    if (results.size > max && oldest !== undefined) results.delete(oldest)
    return result
  }
}
