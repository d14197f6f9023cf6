/** The numbers of the two attempts of `?compare=1,2`; null unless it names two different ones. */
export function parseCompare(text: string | undefined): readonly [number, number] | null {
  const [, first, second] = /^(\d{1,6}),(\d{1,6})$/.exec(text ?? '') ?? []
  const pair = [Number(first), Number(second)] as const
  return first === undefined || second === undefined || pair[0] === pair[1]
    ? null
    : pair[0] < pair[1]
      ? pair
      : [pair[1], pair[0]]
}

/** The next `compare` after an attempt is ticked or no longer ticked; the newest two count. */
export function toggleCompared(ticked: readonly number[], attempt: number): readonly number[] {
  return ticked.includes(attempt)
    ? ticked.filter((it) => it !== attempt)
    : [...ticked, attempt].slice(-2)
}
