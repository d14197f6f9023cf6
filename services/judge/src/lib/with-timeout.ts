import type { Millis } from './instant.ts'

/** The result of the work, or a rejection with `toError()` if it takes longer; the work goes on. */
export async function withTimeout<T>(
  work: Promise<T>,
  limit: Millis,
  toError: () => Error,
): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(toError()), limit)
  try {
    return await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
  }
}
