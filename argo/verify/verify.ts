import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/**
 * `npm run verify:argo`: proves the manifests of argo/ with Argo's own Go code, without a cluster.
 * `-- --update` renders the messages the service is tested with anew. Where Go is missing it says
 * so and is no failure. A first build takes minutes; the programs are kept under .cache until their
 * sources change.
 */
const root = resolve(import.meta.dirname, '../..')
const at = (...path: readonly string[]): string => join(root, ...path)

const go = spawnSync('go', ['env', 'GOVERSION'], { encoding: 'utf8' })
const [, major = '0', minor = '0'] = /go(\d+)\.(\d+)/.exec(go.stdout ?? '') ?? []
if (Number(major) * 1000 + Number(minor) < 1026) {
  console.log(
    "skipped: Argo's own Go code proves the manifests of argo/, and Go 1.26 or newer is not on this machine",
  )
  process.exit(0)
}

const messages = at('test/fixtures/argo-messages/sensor-raw')
const objects = at('test/fixtures/argo-workflows')
const update = process.argv.includes('--update') ? ['-update'] : []
const programs = [
  {
    name: 'events',
    args: [
      '-manifests',
      at('argo/events'),
      '-workflows',
      objects,
      '-messages',
      messages,
      ...update,
    ],
  },
  { name: 'templates', args: [at('argo/workflows')] },
] as const

const failed = programs.filter(({ name, args }) => {
  const program = built(name)
  return program === null || spawnSync(program, args, { stdio: 'inherit' }).status !== 0
})
process.exitCode = failed.length === 0 ? 0 : 1

/**
 * The path of the program, built if its sources have changed since it was; null where it does not
 * build.
 */
function built(name: string): string | null {
  const folder = at('argo/verify', name)
  const hash = createHash('sha256').update(go.stdout)
  for (const file of globSync('*', { cwd: folder }).toSorted())
    hash.update(readFileSync(join(folder, file)))
  const program = at('.cache/argo-verify', `${name}-${hash.digest('hex').slice(0, 16)}`)
  if (existsSync(program)) return program
  mkdirSync(at('.cache/argo-verify'), { recursive: true })
  console.log(`building argo/verify/${name} (minutes, the first time) …`)
  // Niced, because it would take every core for minutes.
  const build = spawnSync('nice', ['-n', '10', 'go', 'build', '-o', program, '.'], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  return build.status === 0 ? program : null
}
