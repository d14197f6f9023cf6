import { isDeepStrictEqual } from 'node:util'

/** Derives a value from what `read` returns, and again whenever that is not the same any more. */
export function deriveLatest<Source, Derived>(
  read: () => Source,
  derive: (source: Source) => Derived,
): () => Derived {
  let source = read()
  let derived = derive(source)
  return () => {
    const now = read()
    if (now !== source && !isDeepStrictEqual(now, source)) derived = derive(now)
    source = now
    return derived
  }
}

/**
 * An object whose methods are always those of the latest object, also where they were taken from it
 * before. What is under way ends with the object on which it began.
 */
export function followLatest<T extends object>(getLatest: () => T): T {
  const forwarded = new Map<string | symbol, unknown>()
  const forward = (name: string | symbol): unknown => {
    const known = forwarded.get(name)
    if (known !== undefined) return known
    const call = (...args: readonly unknown[]): unknown => {
      const latest = getLatest()
      const method: unknown = Reflect.get(latest, name)
      return typeof method === 'function' ? Reflect.apply(method, latest, args) : undefined
    }
    forwarded.set(name, call)
    return call
  }
  return new Proxy(getLatest(), {
    get: (_target, name) => {
      const value: unknown = Reflect.get(getLatest(), name)
      return typeof value === 'function' ? forward(name) : value
    },
  })
}
