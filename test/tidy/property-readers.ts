import { join } from 'node:path'
import { type Node, SyntaxKind } from 'typescript/unstable/ast'
import { API, type Project } from 'typescript/unstable/sync'
import { root } from '../harness/sources.ts'

/** A property that a type or an object declares, and the files that read it. */
export interface PropertyReaders {
  /** The declaration it is in, and its names from outside in: `Policy.attempts.max`. */
  readonly path: string
  /** From the root of the repository. */
  readonly readers: readonly string[]
}

/** The compiler on this repository: it knows the readers of a property, not only its name. */
export function openCompiler(): {
  readonly listReaders: ListReaders
  readonly close: () => void
} {
  const api = new API({ cwd: root })
  const [project] = api.updateSnapshot({ openProject: join(root, 'tsconfig.json') }).getProjects()
  if (project === undefined) throw new Error('tsconfig.json is not a project')
  return {
    listReaders: (path, isWanted) => listReaders(project, path, isWanted),
    close: () => api.close(),
  }
}

/**
 * The properties that a file declares, in interfaces, in types and in objects, as far as their path
 * is wanted: to find the readers of a common name takes long.
 */
type ListReaders = (path: string, isWanted: (path: string) => boolean) => readonly PropertyReaders[]

function listReaders(
  { program, checker }: Project,
  path: string,
  isWanted: (path: string) => boolean,
): readonly PropertyReaders[] {
  const file = program.getSourceFile(join(root, path))
  if (file === undefined) throw new Error(`${path} is not part of the project`)
  const found: PropertyReaders[] = []
  const findReaders = (name: Node): readonly string[] =>
    checker
      .getReferencedSymbolsForNode(name, name.end - 1)
      .flatMap(({ references }) => references)
      .flatMap((reference) => reference.resolve() ?? [])
      .map((node) => node.getSourceFile().fileName.replace(`${root}/`, ''))
  const visit = (node: Node, names: readonly string[]): void => {
    const name = findName(node)
    const inner = name === null ? names : [...names, name.getText()]
    const joined = inner.join('.')
    if (name !== null && properties.has(node.kind) && isWanted(joined))
      found.push({ path: joined, readers: [...new Set(findReaders(name))] })
    node.forEachChild((child) => visit(child, inner))
  }
  file.forEachChild((node) => visit(node, []))
  return found
}

const properties: ReadonlySet<SyntaxKind> = new Set([
  SyntaxKind.PropertySignature,
  SyntaxKind.PropertyAssignment,
])
const declarations: ReadonlySet<SyntaxKind> = new Set([
  SyntaxKind.InterfaceDeclaration,
  SyntaxKind.TypeAliasDeclaration,
  SyntaxKind.VariableDeclaration,
  ...properties,
])

/** The name of a declaration is its first identifier; modifiers are tokens of other kinds. */
function findName(node: Node): Node | null {
  if (!declarations.has(node.kind)) return null
  return (
    node.forEachChild((child) => (child.kind === SyntaxKind.Identifier ? child : undefined)) ?? null
  )
}
