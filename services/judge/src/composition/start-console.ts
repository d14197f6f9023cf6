import type { Logger } from 'pino'
import { buildConsole, type ConsoleBuild } from '../console/build.ts'

/**
 * Starts to build the console, which the service does not wait for, and returns what reads how far
 * that is.
 */
export function startConsole({ log }: { readonly log: Logger }): () => ConsoleBuild {
  let current: ConsoleBuild = { kind: 'building' }
  void buildConsole().then((build) => {
    current = build
    if (build.kind === 'failed')
      log.error({ event: 'console_not_built', because: build.because }, 'the console was not built')
  })
  return () => current
}
