import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { Generator } from './generator.ts'

const protoFolder = resolve(import.meta.dirname, '../proto')

/**
 * The protobuf messages in TypeScript, as configured in proto/buf.gen.yaml. The plugin is local, so
 * nothing is downloaded.
 */
export const protoGenerator: Generator = {
  name: 'buf generate',
  owns: 'proto/gen',
  produce: async () => {
    const out = await mkdtemp(join(tmpdir(), 'codex-judge-proto-'))
    try {
      await promisify(execFile)('buf', ['generate', '--output', out], { cwd: protoFolder })
      const entries = await readdir(out, { recursive: true, withFileTypes: true })
      const files = entries
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
      return new Map(
        await Promise.all(
          files.map(
            async (file): Promise<[string, string]> => [
              join('proto', relative(out, file)),
              await readFile(file, 'utf8'),
            ],
          ),
        ),
      )
    } finally {
      await rm(out, { recursive: true })
    }
  },
}
