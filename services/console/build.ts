import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { brotliCompress, constants, gzip } from 'node:zlib'

/*
 * Builds the console: `node services/console/build.ts`. A build is kept in `dist/<digest>`, by the
 * content of everything that it is made from, so the same sources are built once.
 */

const root = import.meta.dirname
const output = join(root, 'dist')
/** A builder that has not finished after this time was killed. */
const ABANDONED_AFTER_MS = 90_000
const POLL_MS = 100
/** Services may still run from an earlier build, and read its files when they are asked for. */
const KEPT_MS = 7 * 86_400_000

/** The folder of the build of the current sources; null if they were not built yet. */
export async function findBuild(): Promise<string | null> {
  const built = join(output, await computeDigest())
  return existsSync(built) ? built : null
}

/**
 * The folder with the files of the console, each text also with the endings `.br` and `.gz`. Builds
 * them if no build of the current sources exists. Builders that start together wait for the first.
 * Rejects if the sources cannot be built.
 */
async function buildConsole(): Promise<string> {
  const built = join(output, await computeDigest())
  const claim = `${built}.building`
  for (;;) {
    if (existsSync(built)) return built
    if (await take(claim)) break
    await sleep(POLL_MS)
  }
  try {
    await runVite(claim)
    await compress(claim)
    await rename(claim, built)
  } finally {
    await rm(claim, { recursive: true, force: true })
  }
  await removeOldBuilds(built)
  return built
}

/** Creates the folder, unless another builder has done so recently. */
async function take(folder: string): Promise<boolean> {
  await mkdir(output, { recursive: true })
  try {
    await mkdir(folder)
    return true
  } catch {
    const made = await stat(folder).catch(() => null)
    if (made && Date.now() - made.birthtimeMs > ABANDONED_AFTER_MS) {
      // Renaming first lets only one of several waiting builders remove it.
      const abandoned = `${folder}-${randomUUID()}`
      await rename(folder, abandoned).catch(() => {})
      await rm(abandoned, { recursive: true, force: true })
    }
    return false
  }
}

/** A digest of the sources and of the versions of all packages. */
async function computeDigest(): Promise<string> {
  const entries = await readdir(join(root, 'src'), { recursive: true, withFileTypes: true })
  const sources = entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
  const others = ['build.ts', 'index.html', 'package.json', '../../pnpm-lock.yaml']
  const hash = createHash('sha256')
  for (const file of [...sources, ...others.map((name) => resolve(root, name))])
    hash
      .update(`${relative(root, file)}\0`)
      .update(await readFile(file))
      .update('\0')
  return hash.digest('hex').slice(0, 16)
}

async function runVite(outDir: string): Promise<void> {
  // Vite takes any other value, such as that of a test, for a build to develop with.
  process.env.NODE_ENV = 'production'
  const [{ build }, { default: react }] = await Promise.all([
    import('vite'),
    import('@vitejs/plugin-react'),
  ])
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    plugins: [react()],
    build: {
      outDir,
      emptyOutDir: false,
      target: 'es2023',
      // The policy of our pages refuses `data:`, so nothing is inlined.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      manifest: 'manifest.json',
    },
  })
}

async function compress(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const texts = entries
    .filter((entry) => entry.isFile() && /\.(?:js|css|html|svg)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
  await Promise.all(
    texts.map(async (file) => {
      const content = await readFile(file)
      // Beyond this quality each per cent costs seconds.
      const params = { [constants.BROTLI_PARAM_QUALITY]: 9 }
      const [br, gz] = await Promise.all([
        new Promise<Buffer>((done, fail) =>
          brotliCompress(content, { params }, (error, result) =>
            error ? fail(error) : done(result),
          ),
        ),
        new Promise<Buffer>((done, fail) =>
          gzip(content, { level: 9 }, (error, result) => (error ? fail(error) : done(result))),
        ),
      ])
      await Promise.all([writeFile(`${file}.br`, br), writeFile(`${file}.gz`, gz)])
    }),
  )
}

async function removeOldBuilds(current: string): Promise<void> {
  const builds = await Promise.all(
    (await readdir(output))
      .filter((name) => /^[0-9a-f]{16}$/.test(name))
      .map(async (name) => {
        const path = join(output, name)
        return { path, at: (await stat(path).catch(() => null))?.mtimeMs ?? 0 }
      }),
  )
  const old = builds.filter(({ path, at }) => path !== current && Date.now() - at > KEPT_MS)
  await Promise.all(old.map(({ path }) => rm(path, { recursive: true, force: true })))
}

if (import.meta.main) console.log(await buildConsole())
