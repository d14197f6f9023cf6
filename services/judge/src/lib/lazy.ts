/** A function that computes its value when it is first asked for it, and then only returns it. */
export function lazy<T>(compute: () => T): () => T {
  let known: { readonly value: T } | null = null
  return () => {
    known ??= { value: compute() }
    return known.value
  }
}
