/** The number that a literal such as `1_000`, `1e-6`, `-3.5f` or `10L` denotes, or null. */
export function readNumber(text: string): number | null {
  const [, digits] =
    /^([+-]?(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?)_?[a-zA-Z]{0,4}\d{0,3}$/.exec(
      text.trim(),
    ) ?? []
  if (digits === undefined) return null
  const value = Number(digits.replaceAll('_', ''))
  return Number.isFinite(value) ? value : null
}
