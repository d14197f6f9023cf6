import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/**
 * `npm run verify:argo`: verifies the manifests with Argo's own Go code, without a cluster.
 * `-- --update` renders the message fixtures again. Without Go it is skipped. The first build takes
 * minutes; the programs are kept under .cache until their sources change.
 */
const root = resolve(import.meta.dirname, '../..')
const resolvePath = (...path: readonly string[]): string => join(root, ...path)

const go = spawnSync('go', ['env', 'GOVERSION'], { encoding: 'utf8' })
const [, major = '0', minor = '0'] = /go(\d+)\.(\d+)/.exec(go.stdout ?? '') ?? []
if (Number(major) * 1000 + Number(minor) < 1026) {
  console.log(
    'skipped: verifying the manifests of argo/ needs Go 1.26 or newer, which is not installed',
  )
  process.exit(0)
}

const messages = resolvePath('test/fixtures/argo-messages/sensor-raw')
const objects = resolvePath('test/fixtures/argo-workflows')
const update = process.argv.includes('--update') ? ['-update'] : []
const programs = [
  {
    name: 'events',
    args: [
      '-manifests',
      resolvePath('argo/events'),
      '-workflows',
      objects,
      '-messages',
      messages,
      ...update,
    ],
  },
  { name: 'templates', args: [resolvePath('argo/workflows')] },
] as const

const failed = programs.filter(({ name, args }) => {
  const program = buildProgram(name)
  return program === null || spawnSync(program, args, { stdio: 'inherit' }).status !== 0
})
process.exitCode = failed.length === 0 ? 0 : 1

/** Builds the program if its sources have changed. Null if the build fails. */
function buildProgram(name: string): string | null {
  const folder = resolvePath('argo/verify', name)
  const hash = createHash('sha256').update(go.stdout)
  for (const file of globSync('*', { cwd: folder }).toSorted())
    hash.update(readFileSync(join(folder, file)))
  const program = resolvePath('.cache/argo-verify', `${name}-${hash.digest('hex').slice(0, 16)}`)
  if (existsSync(program)) return program
  mkdirSync(resolvePath('.cache/argo-verify'), { recursive: true })
  console.log(`building argo/verify/${name} (minutes, the first time) …`)
  // Niced, because a build uses every core for minutes.
  const build = spawnSync('nice', ['-n', '10', 'go', 'build', '-o', program, '.'], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  return build.status === 0 ? program : null
}
