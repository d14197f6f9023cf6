/** A path in its parts: `src/api/user.ts` is `src/api/`, `user` and `ts`. */
interface PathParts {
  readonly folder: string
  readonly stem: string
  readonly ending: string
}

function splitPath(path: string): PathParts {
  const [, folder = '', stem = '', ending = ''] =
    /^(.*\/)?([^/]+?)(?:\.([^./]+))?$/.exec(path) ?? []
  return { folder, stem, ending }
}

const scripts = /^[cm]?[jt]sx?$|^vue$|^svelte$/

/**
 * Where the tests of a source file stand by the conventions of its language, the most usual place
 * first. Most of these files do not exist.
 */
export function guessTestPaths(path: string): readonly string[] {
  const { folder, stem, ending } = splitPath(path)
  const guesses = listGuesses({ folder, stem, ending })
  return [...new Set(guesses.map((guess) => guess.replace(/\/{2,}/g, '/')))].filter(
    (guess) => guess !== path,
  )
}

function listGuesses({ folder, stem, ending }: PathParts): readonly string[] {
  const mirror = (root: string): string => mirrorFolder(folder, root)
  const pascal = stem.slice(0, 1).toUpperCase() + stem.slice(1)
  if (scripts.test(ending)) {
    const code = ending === 'vue' || ending === 'svelte' ? 'ts' : ending
    const names = [`${stem}.test.${code}`, `${stem}.spec.${code}`]
    return [folder, `${folder}__tests__/`, mirror('test'), mirror('tests')].flatMap((place) =>
      names.map((name) => `${place}${name}`),
    )
  }
  switch (ending) {
    case 'py':
      return [folder, `${folder}tests/`, mirror('tests'), 'tests/', mirror('test')]
        .map((place) => `${place}test_${stem}.py`)
        .concat(`${folder}${stem}_test.py`)
    case 'go':
      return [`${folder}${stem}_test.go`]
    case 'java':
    case 'kt':
    case 'scala':
    case 'groovy': {
      const place = folder.replace(/(^|\/)src\/main\//, '$1src/test/')
      return [`${place}${pascal}Test.${ending}`, `${place}${pascal}Tests.${ending}`]
    }
    case 'rs':
      return [`${folder}${stem}/tests.rs`, `${folder}tests.rs`, `${mirror('tests')}${stem}.rs`]
    case 'rb':
      return [`${mirror('spec')}${stem}_spec.rb`, `${mirror('test')}${stem}_test.rb`]
    case 'php':
      return [`${mirror('tests')}${stem}Test.php`, `${mirror('tests/Unit')}${stem}Test.php`]
    case 'ex':
      return [`${mirror('test')}${stem}_test.exs`]
    case 'cs':
      return [`${folder.replace(/([^/]+)\/$/, '$1.Tests/')}${stem}Tests.cs`]
    default:
      return []
  }
}

/** The same folder below the root for tests: `pkg/src/api/` is `pkg/test/api/`. */
const mirrorFolder = (folder: string, root: string): string =>
  /(?:^|\/)(?:src|lib|app)\//.test(folder)
    ? folder.replace(/(^|\/)(?:src|lib|app)\//, `$1${root}/`)
    : `${root}/${folder}`
