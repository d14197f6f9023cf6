import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { configuration } from './generate-configuration.ts'
import { consoleClient } from './generate-console-client.ts'
import { database } from './generate-database.ts'
import { lifecycleDocs } from './generate-lifecycle.ts'
import { notifyGenerator } from './generate-notify.ts'
import { policyMeanings } from './generate-policy-meanings.ts'
import { protoGenerator } from './generate-proto.ts'
import type { Generator } from './generator.ts'

/**
 * `npm run generate` writes every generated file. With `--verify` it writes nothing, lists stale
 * files and exits 1; `npm run check` runs that for every generator listed here.
 */
const generators: readonly Generator[] = [
  configuration,
  database,
  notifyGenerator,
  protoGenerator,
  lifecycleDocs,
  policyMeanings,
  consoleClient,
]

const root = resolve(import.meta.dirname, '..')
const verify = process.argv.includes('--verify')

/** Writes the files that differ, or only names them if verifying. */
async function refresh({ name, produce, owns }: Generator): Promise<readonly string[]> {
  const files = await produce()
  const changed: string[] = []
  for (const [path, content] of files) {
    if ((await readText(join(root, path))) === content) continue
    changed.push(`${path} (${name})`)
    if (verify) continue
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), content)
  }
  for (const path of owns ? await listFiles(join(root, owns)) : []) {
    if (files.has(path)) continue
    changed.push(`${path} (${name}: no longer generated)`)
    if (!verify) await rm(join(root, path))
  }
  return changed
}

const readText = (path: string): Promise<string | null> => readFile(path, 'utf8').catch(() => null)

async function listFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
}

// Waits for all, also if one fails, so that a generator can stop the server it started.
const outcomes = await Promise.allSettled(generators.map(refresh))
const stale = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : []))
const failed = outcomes.flatMap((outcome) =>
  outcome.status === 'rejected' ? [outcome.reason] : [],
)

for (const line of stale) console.log(verify ? `stale: ${line}` : line)
for (const error of failed) console.error(error)
if (verify && stale.length > 0) console.log('Run `npm run generate` and commit what it writes.')
process.exitCode = failed.length > 0 || (verify && stale.length > 0) ? 1 : 0
