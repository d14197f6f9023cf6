import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { listFiles, root } from '../harness/sources.ts'

/** A Kubernetes object; its fields depend on its kind. */
export interface Manifest {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string }
  // biome-ignore lint/suspicious/noExplicitAny: the fields depend on the kind.
  readonly [field: string]: any
}

/** The objects of a YAML text. Throws if it is not valid. */
export const parseDocuments = (text: string): readonly Manifest[] =>
  parseAllDocuments(text, { merge: true }).map((document) => {
    if (document.errors.length > 0) throw document.errors[0]
    return document.toJS()
  })

/** Every object in the files under a folder, except patches and kustomizations. */
export function readManifests(folder: string): readonly Manifest[] {
  return listFiles('.yaml')
    .filter((path) => path.startsWith(`${folder}/`))
    .flatMap((path) => parseDocuments(readFileSync(join(root, path), 'utf8')))
    .filter(
      (object) =>
        typeof object?.kind === 'string' && !['Kustomization', 'Component'].includes(object.kind),
    )
}

/** The names and values of a file of `NAME=value` lines. */
export const readEnvFile = (path: string): ReadonlyMap<string, string> =>
  new Map(
    readFileSync(join(root, path), 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )

export const readRepoFile = (path: string): string => readFileSync(join(root, path), 'utf8')
