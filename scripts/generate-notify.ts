import { resolve } from 'node:path'
import { rolldown } from 'rolldown'
import type { Generator } from './generator.ts'

/**
 * `codex-notify` as one file without dependencies, for Node 20 and newer: Node does not strip types
 * from installed packages.
 */
export const notifyGenerator: Generator = {
  name: 'codex-notify',
  owns: 'services/notify/gen',
  produce: async () => {
    const bundle = await rolldown({
      input: resolve(import.meta.dirname, '../services/notify/src/main.ts'),
      cwd: resolve(import.meta.dirname, '..'),
      platform: 'node',
      transform: { target: 'node20' },
    })
    const { output } = await bundle.generate({ format: 'esm', banner: '#!/usr/bin/env node' })
    await bundle.close()
    return new Map([['services/notify/gen/codex-notify.mjs', output[0].code]])
  },
}
