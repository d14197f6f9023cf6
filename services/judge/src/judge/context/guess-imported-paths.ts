import type { DiffFile } from '../../diff/diff.ts'

const scriptImport = /(?:\bfrom|\bimport|\brequire\(|\bimport\()\s*['"](\.{1,2}\/[^'"]+)['"]/g
const pythonImport = /^\s*(?:from\s+(\.*[\w.]+)\s+import|import\s+([\w.]+))/
const jvmImport = /^\s*import\s+(?:static\s+)?([a-z][\w.]*\.[A-Z]\w*)/

/**
 * The files that the visible lines of a changed test import, by the conventions of its language:
 * they are what the test is about.
 */
export function guessImportedPaths({ path, hunks }: DiffFile): readonly string[] {
  const lines = hunks.flatMap((hunk) =>
    hunk.lines.flatMap(({ kind, text }) => (kind === 'removed' ? [] : [text])),
  )
  const ending = path.slice(path.lastIndexOf('.') + 1)
  if (/^[cm]?[jt]sx?$/.test(ending)) return lines.flatMap((line) => readScriptImports(path, line))
  if (ending === 'py') return lines.flatMap((line) => readPythonImports(path, line))
  if (/^(?:java|kt|groovy|scala)$/.test(ending))
    return lines.flatMap((line) => readJvmImports(path, line))
  return []
}

function readScriptImports(path: string, line: string): readonly string[] {
  return [...line.matchAll(scriptImport)].flatMap(([, target = '']) => {
    const resolved = resolvePath(path, target)
    if (resolved === null) return []
    if (/\.[cm]?[jt]sx?$/.test(resolved))
      // TypeScript names the file that a source will be compiled to.
      return [resolved.replace(/\.([cm]?)js(x?)$/, '.$1ts$2'), resolved]
    const own = path.slice(path.lastIndexOf('.'))
    return [`${resolved}${own}`, `${resolved}/index${own}`]
  })
}

function readPythonImports(path: string, line: string): readonly string[] {
  const [, from, plain] = pythonImport.exec(line) ?? []
  const target = from ?? plain
  if (target === undefined) return []
  const [, dots = '', name = ''] = /^(\.*)([\w.]*)$/.exec(target) ?? []
  const file = name.replaceAll('.', '/')
  if (file === '') return []
  if (dots === '') return [`${file}.py`, `src/${file}.py`, `${file}/__init__.py`]
  const resolved = resolvePath(path, `./${'../'.repeat(dots.length - 1)}${file}`)
  return resolved === null ? [] : [`${resolved}.py`]
}

function readJvmImports(path: string, line: string): readonly string[] {
  const [, name] = jvmImport.exec(line) ?? []
  const [, root, language, ending] = /^(.*?)src\/test\/(\w+)\/.*\.(\w+)$/.exec(path) ?? []
  if (name === undefined || root === undefined) return []
  return [`${root}src/main/${language}/${name.replaceAll('.', '/')}.${ending}`]
}

/** A relative path from the folder of a file; null: it leaves the repository. */
function resolvePath(path: string, target: string): string | null {
  const parts = path.split('/').slice(0, -1)
  for (const part of target.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.pop() === undefined) return null
  }
  return parts.join('/')
}
