import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../sources.ts'
import { cacheDir, fileExists, runProgram } from './process.ts'

const source = join(root, 'deploy/verify')

/**
 * The program that renders the kustomizations and validates them as API servers do, built with Go
 * and cached by its source. Rejects with the reason if it cannot be built.
 */
export async function fetchVerifier(): Promise<string> {
  const hash = createHash('sha256')
  for (const name of (await readdir(source)).toSorted())
    hash.update(name).update(await readFile(join(source, name)))
  const bin = join(cacheDir, 'bin')
  const path = join(bin, `verify-manifests-${hash.digest('hex').slice(0, 16)}`)
  if (await fileExists(path)) return path
  await mkdir(bin, { recursive: true })
  await runProgram('go', ['build', '-trimpath', '-o', path, '.'], {
    cwd: source,
    env: { GOFLAGS: '-modcacherw' },
  })
  return path
}
