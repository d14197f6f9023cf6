/** The same chunks; an error of the stream is thrown as what `toError` makes of it. */
export async function* mapErrors(
  stream: AsyncIterable<Uint8Array>,
  toError: (error: unknown) => Error,
): AsyncGenerator<Uint8Array> {
  try {
    yield* stream
  } catch (error) {
    throw toError(error)
  }
}
