import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../sources.ts'
import { cacheDir, exists, runToEnd } from './process.ts'

const source = join(root, 'deploy/verify')

/**
 * The program that renders our kustomizations and reads them as API servers would, built with Go
 * unless it was built from the same source before. Rejects with why it cannot be.
 */
export async function fetchVerifier(): Promise<string> {
  const hash = createHash('sha256')
  for (const name of (await readdir(source)).toSorted())
    hash.update(name).update(await readFile(join(source, name)))
  const bin = join(cacheDir, 'bin')
  const path = join(bin, `verify-manifests-${hash.digest('hex').slice(0, 16)}`)
  if (await exists(path)) return path
  await mkdir(bin, { recursive: true })
  await runToEnd('go', ['build', '-trimpath', '-o', path, '.'], {
    cwd: source,
    env: { GOFLAGS: '-modcacherw' },
  })
  return path
}
