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
import { freshDatabase } from '../harness/database.ts'
import { root } from '../harness/sources.ts'
import { textOf } from './manifests.ts'

/*
 * Where there is no container engine, the steps of deploy/Dockerfile can be taken all the same:
 * what is copied is copied into an empty folder, and what is run is run there. Its second stage is
 * that folder. It installs packages, so it is asked for.
 */
const asked = process.env.TEST_IMAGE === '1'
if (!asked)
  console.log(
    'skipped: TEST_IMAGE=1 builds the file set of the image and starts both services in it',
  )

const image = mkdtempSync(join(tmpdir(), 'codex-image-'))
afterAll(() => rmSync(image, { recursive: true, force: true }))

/** What .dockerignore lets through: it names what is copied, and then what of it is not. */
function copyContext(): void {
  const lines = textOf('deploy/Dockerfile.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  const left = lines.filter((line) => line.startsWith('**/')).map((line) => line.slice(3))
  const isLeft = (path: string): boolean =>
    left.some(
      (name) => basename(path) === name || (name.startsWith('*') && path.endsWith(name.slice(1))),
    )
  for (const name of lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1))) {
    if (existsSync(join(root, name)))
      cpSync(join(root, name), join(image, name), {
        recursive: true,
        filter: (path) => !isLeft(path),
      })
  }
}

const instruction = (name: string): readonly string[] =>
  [
    ...textOf('deploy/Dockerfile')
      .replaceAll(/\\\n/g, ' ')
      .matchAll(new RegExp(`^${name} (.+)$`, 'gm')),
  ].map(([, rest]) => rest ?? '')

describe.skipIf(!asked)('the image', () => {
  beforeAll(() => {
    copyContext()
    const [install = ''] = instruction('RUN')
    execFileSync('sh', ['-ec', install], {
      cwd: image,
      env: { ...process.env, CI: 'true' },
      stdio: 'ignore',
    })
    writeFileSync(join(image, 'built'), '')
  }, 600_000)

  test('it holds no development dependency and no test', () => {
    const manifests = [
      'package.json',
      ...readdirSync(join(root, 'services')).map((name) => `services/${name}/package.json`),
    ]
    const parsed = manifests
      .filter((path) => existsSync(join(root, path)))
      .map((path) => JSON.parse(textOf(path)))
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
    // What a production dependency itself depends on is no development dependency, whoever else
    // uses it for that.
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

  test('its judge says what is missing, and starts with nothing but its settings', async () => {
    const [command = '[]'] = instruction('CMD')
    const [main] = JSON.parse(command)
    const bare = spawnSync(process.execPath, [main], {
      cwd: image,
      encoding: 'utf8',
      env: { HOST: '0.0.0.0' },
    })
    expect([bare.status, bare.stderr]).toEqual([2, expect.stringContaining('GITHUB_TOKEN')])

    const database = await freshDatabase()
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
        const said = JSON.parse(line)
        if (said.msg !== 'listening') continue
        url = said.url
        break
      }
      const [check = ''] = instruction('HEALTHCHECK').map((rest) =>
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

  test('its dispatcher says what is missing', () => {
    const main = /services\/dispatcher\S+\.ts/.exec(textOf('deploy/Dockerfile'))?.[0] ?? ''
    const bare = spawnSync(process.execPath, [main], { cwd: image, encoding: 'utf8', env: {} })
    expect([bare.status, bare.stderr]).toEqual([2, expect.stringContaining('ARGO_SERVER_URL')])
  })

  test('nothing in it was changed by running it', () => {
    const status = spawnSync(
      'find',
      ['.', '-newer', 'built', '-type', 'f', '-not', '-path', './data/*'],
      {
        cwd: image,
        encoding: 'utf8',
      },
    )
    expect(status.stdout).toBe('')
    expect(readFileSync(join(image, 'package.json'), 'utf8')).toBe(textOf('package.json'))
  })
})
