/** The part of autocannon that the benchmark uses; the package has no types. */
declare module 'autocannon' {
  interface Options {
    readonly url: string
    readonly connections: number
    readonly amount: number
    readonly requests: readonly {
      readonly method: string
      readonly setupRequest: (request: object) => object
      readonly onResponse: (status: number) => void
    }[]
  }
  const autocannon: (
    options: Options,
  ) => Promise<{ readonly '2xx': number; readonly errors: number }>
  // biome-ignore lint/style/noDefaultExport: the package has a default export
  export default autocannon
}
