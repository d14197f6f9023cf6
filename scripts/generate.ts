import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { configuration } from './generate-configuration.ts'
import { database } from './generate-database.ts'
import { lifecycleDocs } from './generate-lifecycle.ts'
import { notify } from './generate-notify.ts'
import { proto } from './generate-proto.ts'
import type { Generator } from './generator.ts'

/**
 * `npm run generate` writes every generated file; with `--verify` it writes nothing, names what is
 * stale and exits 1. Add a generator here and its files are kept fresh by `npm run check`.
 */
const generators: readonly Generator[] = [configuration, database, notify, proto, lifecycleDocs]

const root = resolve(import.meta.dirname, '..')
const verify = process.argv.includes('--verify')

/** Writes (or, verifying, only names) what differs. */
async function refresh({ name, produce, owns }: Generator): Promise<readonly string[]> {
  const files = await produce()
  const changed: string[] = []
  for (const [path, content] of files) {
    if ((await textOf(join(root, path))) === content) continue
    changed.push(`${path} (${name})`)
    if (verify) continue
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), content)
  }
  for (const path of owns ? await filesUnder(join(root, owns)) : []) {
    if (files.has(path)) continue
    changed.push(`${path} (${name}: no longer made)`)
    if (!verify) await rm(join(root, path))
  }
  return changed
}

const textOf = (path: string): Promise<string | null> => readFile(path, 'utf8').catch(() => null)

async function filesUnder(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
}

// All of them, also when one fails: a server that was started for another is to be stopped.
const outcomes = await Promise.allSettled(generators.map(refresh))
const stale = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : []))
const failed = outcomes.flatMap((outcome) =>
  outcome.status === 'rejected' ? [outcome.reason] : [],
)

for (const line of stale) console.log(verify ? `stale: ${line}` : line)
for (const error of failed) console.error(error)
if (verify && stale.length > 0) console.log('Run `npm run generate` and commit what it writes.')
process.exitCode = failed.length > 0 || (verify && stale.length > 0) ? 1 : 0
