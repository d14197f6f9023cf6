import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { filesOf, root } from '../harness/sources.ts'

/** A Kubernetes object as it was read: nothing is known of it but that it is one. */
export interface Manifest {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string }
  // biome-ignore lint/suspicious/noExplicitAny: a manifest is looked into at depths that only its kind defines.
  readonly [field: string]: any
}

/** The objects of a YAML text. Throws where it is none. */
export const documents = (text: string): readonly Manifest[] =>
  parseAllDocuments(text, { merge: true }).map((document) => {
    if (document.errors.length > 0) throw document.errors[0]
    return document.toJS()
  })

/** Every object in the files under a folder, patches and what kustomize reads apart. */
export function objectsIn(folder: string): readonly Manifest[] {
  return filesOf('.yaml')
    .filter((path) => path.startsWith(`${folder}/`))
    .flatMap((path) => documents(readFileSync(join(root, path), 'utf8')))
    .filter(
      (object) =>
        typeof object?.kind === 'string' && !['Kustomization', 'Component'].includes(object.kind),
    )
}

/** The names and values of a file of `NAME=value` lines. */
export const envFile = (path: string): ReadonlyMap<string, string> =>
  new Map(
    readFileSync(join(root, path), 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )

export const textOf = (path: string): string => readFileSync(join(root, path), 'utf8')
