import type { DiffFile } from '../diff/diff.ts'
import { type FileNature, findFileNature } from '../diff/find-file-nature.ts'

const generatedMark =
  /\bcode generated\b.*\bdo not edit\b|@generated\b|\b(?:auto-?generated|automatically generated)\b/i

const writtenByPrograms: ReadonlySet<FileNature> = new Set(['generated', 'vendored'])

/** How many lines of the diff, at the top of a file, may say that it is generated. */
const MAX_MARK_LINES = 12
const MAX_MARK_CHARS = 500

/** Whether a file says, by its name or in its first lines, that a program has written it. */
export const isGenerated = ({ path, hunks }: DiffFile): boolean =>
  writtenByPrograms.has(findFileNature(path)) ||
  (hunks[0]?.lines ?? [])
    .slice(0, MAX_MARK_LINES)
    .some(
      ({ text, newLine, oldLine }) =>
        (newLine ?? oldLine ?? 0) <= MAX_MARK_LINES &&
        generatedMark.test(text.slice(0, MAX_MARK_CHARS)),
    )

/** A lockfile of an ecosystem, and the files that people write and it follows. */
interface Ecosystem {
  readonly lockfile: RegExp
  readonly manifest: RegExp
}

const lock = (lockfile: string, manifest: string): Ecosystem => ({
  lockfile: new RegExp(`^(?:${lockfile})$`),
  manifest: new RegExp(`^(?:${manifest})$`),
})

const ecosystems: readonly Ecosystem[] = [
  lock(
    String.raw`(?:package-lock|npm-shrinkwrap)\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?`,
    String.raw`package\.json|pnpm-workspace\.yaml|\.npmrc|\.yarnrc(?:\.yml)?|\.pnpmfile\.cjs|.+\.patch`,
  ),
  lock(String.raw`deno\.lock`, String.raw`deno\.jsonc?|package\.json|import_map\.json`),
  lock(String.raw`Cargo\.lock`, String.raw`Cargo\.toml`),
  lock(String.raw`go\.sum`, String.raw`go\.mod`),
  lock(String.raw`go\.work\.sum`, String.raw`go\.work|go\.mod`),
  lock(
    String.raw`(?:poetry|uv|pdm|pixi|Pipfile)\.lock|pylock(?:\..+)?\.toml`,
    String.raw`pyproject\.toml|Pipfile|pixi\.toml|setup\.(?:py|cfg)`,
  ),
  lock(String.raw`conda-lock\.yml`, String.raw`environment\.ya?ml|pyproject\.toml`),
  lock(String.raw`Gemfile\.lock|gems\.locked`, String.raw`Gemfile|gems\.rb|.+\.gemspec`),
  lock(String.raw`composer\.lock`, String.raw`composer\.json`),
  lock(String.raw`mix\.lock`, String.raw`mix\.exs`),
  lock(String.raw`rebar\.lock`, String.raw`rebar\.config`),
  lock(String.raw`pubspec\.lock`, String.raw`pubspec\.yaml`),
  lock(String.raw`Podfile\.lock`, 'Podfile'),
  lock(String.raw`Package\.resolved`, String.raw`Package\.swift|.+\.pbxproj`),
  lock(
    String.raw`packages\.lock\.json`,
    String.raw`.+\.(?:cs|fs|vb)proj|Directory\.Packages\.props|packages\.config`,
  ),
  lock(
    String.raw`gradle\.lockfile|buildscript-gradle\.lockfile|verification-metadata\.xml`,
    String.raw`build\.gradle(?:\.kts)?|libs\.versions\.toml|settings\.gradle(?:\.kts)?`,
  ),
  lock(String.raw`flake\.lock`, String.raw`flake\.nix`),
  lock(String.raw`Chart\.lock`, String.raw`Chart\.yaml`),
  lock(String.raw`\.terraform\.lock\.hcl`, String.raw`.+\.tf`),
  lock(String.raw`MODULE\.bazel\.lock`, String.raw`MODULE\.bazel`),
  lock(String.raw`conan\.lock`, String.raw`conanfile\.(?:py|txt)`),
  lock(String.raw`stack\.yaml\.lock`, String.raw`stack\.yaml|package\.yaml|.+\.cabal`),
]

const getName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
const getFolder = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1)

const findEcosystem = (path: string): Ecosystem | null =>
  ecosystems.find(({ lockfile }) => lockfile.test(getName(path))) ?? null

export const isLockfile = (path: string): boolean => findEcosystem(path) !== null

/**
 * The lockfiles that a change touches without a manifest of their ecosystem, in their folder or
 * beneath it: a lockfile at the top serves the packages of a whole workspace.
 */
export function findLonelyLockfiles(files: readonly DiffFile[]): readonly string[] {
  return files.flatMap(({ path, change }) => {
    const ecosystem = findEcosystem(path)
    if (ecosystem === null || change === 'deleted' || change === 'renamed') return []
    const folder = getFolder(path)
    const hasManifest = files.some(
      (other) => other.path.startsWith(folder) && ecosystem.manifest.test(getName(other.path)),
    )
    return hasManifest ? [] : [path]
  })
}
