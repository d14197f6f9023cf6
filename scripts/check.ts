import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'

/** `npm run check`: runs every check besides the tests, shows all failures, and fails on any. */
const root = resolve(import.meta.dirname, '..')

const checks = [
  { name: 'types', command: ['tsc', '--project', '.'] },
  { name: 'types of the console', command: ['tsc', '--project', 'services/console'] },
  { name: 'lint and format', command: ['biome', 'check', '--error-on-warnings'] },
  {
    name: 'repository rules',
    command: ['vitest', 'run', '--project', 'pure', 'test/tidy'],
  },
  { name: 'generated files fresh', command: [process.execPath, 'scripts/generate.ts', '--verify'] },
] as const

const results: boolean[] = []
for (const { name, command } of checks) {
  const startedAt = performance.now()
  const [program, ...args] = command
  const { ok, output } = await run(program, args)
  console.log(
    `${ok ? '✓' : '✗'} ${name} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`,
  )
  if (!ok) console.log(output)
  results.push(ok)
}
process.exitCode = results.every((ok) => ok) ? 0 : 1

async function run(
  program: string,
  args: readonly string[],
): Promise<{ readonly ok: boolean; readonly output: string }> {
  try {
    await promisify(execFile)(program, [...args], { cwd: root, maxBuffer: 64 * 1024 * 1024 })
    return { ok: true, output: '' }
  } catch (error) {
    const { stdout, stderr } = Object.assign({ stdout: '', stderr: '' }, error)
    return { ok: false, output: `${stdout}${stderr}`.trim() || String(error) }
  }
}
