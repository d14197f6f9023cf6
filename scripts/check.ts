import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'

/**
 * `npm run check`: everything that must hold beside the tests. All of it runs, every fault is
 * shown, one is enough to fail.
 */
const root = resolve(import.meta.dirname, '..')

const checks = [
  { name: 'types', command: ['tsc', '--project', '.'] },
  { name: 'lint and format', command: ['biome', 'check', '--error-on-warnings'] },
  { name: 'house rules', command: ['vitest', 'run', '--project', 'pure', 'test/tidy.test.ts'] },
  { name: 'generated files fresh', command: [process.execPath, 'scripts/generate.ts', '--verify'] },
] as const

const results: boolean[] = []
for (const { name, command } of checks) {
  const began = performance.now()
  const [program, ...args] = command
  const { ok, said } = await run(program, args)
  console.log(`${ok ? '✓' : '✗'} ${name} (${((performance.now() - began) / 1000).toFixed(1)} s)`)
  if (!ok) console.log(said)
  results.push(ok)
}
process.exitCode = results.every((ok) => ok) ? 0 : 1

async function run(
  program: string,
  args: readonly string[],
): Promise<{ readonly ok: boolean; readonly said: string }> {
  try {
    await promisify(execFile)(program, [...args], { cwd: root, maxBuffer: 64 * 1024 * 1024 })
    return { ok: true, said: '' }
  } catch (error) {
    const { stdout, stderr } = Object.assign({ stdout: '', stderr: '' }, error)
    return { ok: false, said: `${stdout}${stderr}`.trim() || String(error) }
  }
}
