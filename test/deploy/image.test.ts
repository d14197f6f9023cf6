import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase } from '../harness/database.ts'
import { root } from '../harness/sources.ts'
import { readRepoFile } from './manifests.ts'

/*
 * Takes the steps of deploy/Dockerfile without a container engine: copies the files into an empty
 * folder and runs the commands there. It installs packages, so it must be requested.
 */
const isRequested = process.env.TEST_IMAGE === '1'
if (!isRequested)
  console.log(
    'skipped: TEST_IMAGE=1 builds the file set of the image and starts both services in it',
  )

const image = mkdtempSync(join(tmpdir(), 'codex-image-'))
afterAll(() => rmSync(image, { recursive: true, force: true }))

/** Copies what .dockerignore lets through: it lists what is copied, then the exceptions. */
function copyContext(): void {
  const lines = readRepoFile('deploy/Dockerfile.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  const excluded = lines.filter((line) => line.startsWith('**/')).map((line) => line.slice(3))
  const isExcluded = (path: string): boolean =>
    excluded.some(
      (name) => basename(path) === name || (name.startsWith('*') && path.endsWith(name.slice(1))),
    )
  for (const name of lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1))) {
    if (existsSync(join(root, name)))
      cpSync(join(root, name), join(image, name), {
        recursive: true,
        filter: (path) => !isExcluded(path),
      })
  }
}

const readInstructions = (name: string): readonly string[] =>
  [
    ...readRepoFile('deploy/Dockerfile')
      .replaceAll(/\\\n/g, ' ')
      .matchAll(new RegExp(`^${name} (.+)$`, 'gm')),
  ].map(([, rest]) => rest ?? '')

describe.skipIf(!isRequested)('the image', () => {
  beforeAll(() => {
    copyContext()
    const [install = ''] = readInstructions('RUN')
    execFileSync('sh', ['-ec', install], {
      cwd: image,
      env: { ...process.env, CI: 'true' },
      stdio: 'ignore',
    })
    writeFileSync(join(image, 'built'), '')
  }, 600_000)

  test('the image contains no development dependency and no test', () => {
    const manifests = [
      'package.json',
      ...readdirSync(join(root, 'services')).map((name) => `services/${name}/package.json`),
    ]
    const parsed = manifests
      .filter((path) => existsSync(join(root, path)))
      .map((path) => JSON.parse(readRepoFile(path)))
    const wanted = new Set(parsed.flatMap(({ dependencies = {} }) => Object.keys(dependencies)))
    const unwanted = parsed
      .flatMap(({ devDependencies = {} }) => Object.keys(devDependencies))
      .filter((name) => !wanted.has(name) && !name.startsWith('@codex-judge/'))
    const held = new Set(
      readdirSync(join(image, 'node_modules/.pnpm')).map((folder) =>
        folder
          .replace('+', '/')
          .replace(/@[^@/]+$/, '')
          .replace(/(?<=.)@.*$/, ''),
      ),
    )
    expect(held.size).toBeGreaterThan(100)
    // A package that a production dependency needs is not a development dependency.
    const tools = [
      'vitest',
      'typescript',
      '@biomejs/biome',
      '@bufbuild/buf',
      'autocannon',
      'kysely-codegen',
      'fast-check',
    ]
    expect(tools.every((name) => unwanted.includes(name))).toBe(true)
    expect(tools.filter((name) => held.has(name))).toEqual([])
    expect(
      readdirSync(image, { recursive: true, encoding: 'utf8' }).filter(
        (path) => path.endsWith('.test.ts') && !path.includes('node_modules'),
      ),
    ).toEqual([])
  })

  test("the judge's image reports missing settings and needs no others", async () => {
    const [command = '[]'] = readInstructions('CMD')
    const [main] = JSON.parse(command)
    const bare = spawnSync(process.execPath, [main], {
      cwd: image,
      encoding: 'utf8',
      env: { HOST: '0.0.0.0' },
    })
    expect([bare.status, bare.stderr]).toEqual([2, expect.stringContaining('GITHUB_TOKEN')])

    const database = await createTestDatabase()
    const data = join(image, 'data')
    mkdirSync(data)
    writeFileSync(join(data, 'policy.yml'), 'version: 1\njudge: { models: [] }\n')
    const env = {
      DATABASE_URL: database.url,
      PORT: '0',
      GITHUB_TOKEN: 'none',
      DATA_DIR: data,
      POLICY_FILE: join(data, 'policy.yml'),
    }
    const judge = spawn(process.execPath, [main], {
      cwd: image,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    try {
      let url = ''
      for await (const line of createInterface({ input: judge.stdout })) {
        const entry = JSON.parse(line)
        if (entry.msg !== 'listening') continue
        url = entry.url
        break
      }
      const [check = ''] = readInstructions('HEALTHCHECK').map((rest) =>
        rest.slice(rest.indexOf('CMD ') + 4),
      )
      const [, ...args] = JSON.parse(check)
      const health = spawn(process.execPath, args, {
        env: { PORT: new URL(url).port },
        stdio: 'ignore',
      })
      expect((await once(health, 'exit'))[0]).toBe(0)
      judge.stdout.resume()
      judge.kill('SIGTERM')
      expect((await once(judge, 'exit'))[0]).toBe(0)
      const away = spawn(process.execPath, args, {
        env: { PORT: new URL(url).port },
        stdio: 'ignore',
      })
      expect((await once(away, 'exit'))[0]).toBe(1)
    } finally {
      judge.kill('SIGKILL')
      await database.drop()
    }
  })

  test('the dispatcher in the image reports missing settings', () => {
    const main = /services\/dispatcher\S+\.ts/.exec(readRepoFile('deploy/Dockerfile'))?.[0] ?? ''
    const bare = spawnSync(process.execPath, [main], { cwd: image, encoding: 'utf8', env: {} })
    expect([bare.status, bare.stderr]).toEqual([2, expect.stringContaining('ARGO_SERVER_URL')])
  })

  test('running the services changed no file of the image', () => {
    const status = spawnSync(
      'find',
      ['.', '-newer', 'built', '-type', 'f', '-not', '-path', './data/*'],
      {
        cwd: image,
        encoding: 'utf8',
      },
    )
    expect(status.stdout).toBe('')
    expect(readFileSync(join(image, 'package.json'), 'utf8')).toBe(readRepoFile('package.json'))
  })
})
