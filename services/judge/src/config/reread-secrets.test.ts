import { expect, test } from 'vitest'
import { configure } from './configure.ts'

const files: Record<string, string> = {}

/** A configuration whose GitHub token, ingest tokens and private key come from files. */
function start() {
  Object.assign(files, { github: 'github-old\n', ingest: 'ingest-old', 'config/policy.yml': '' })
  const configured = configure(
    { GITHUB_TOKEN_FILE: 'github', INGEST_TOKEN_FILE: 'ingest', OPENAI_API_KEY: 'key' },
    (path) => {
      const text = files[path]
      if (text === undefined) throw new Error(`ENOENT: ${path}`)
      return text
    },
  )
  if ('faults' in configured) throw new Error(configured.faults.join('\n'))
  return configured.ok
}

test('files that stay as they are change nothing', () => {
  const { settings, rereadSecrets } = start()
  expect(rereadSecrets()).toEqual({ settings, changed: [], faults: [] })
  expect(rereadSecrets().settings).toBe(settings)
})

test('a new value is in the settings, and the old one is still masked', () => {
  const { rereadSecrets } = start()
  files.github = 'github-new\n'
  const { settings, changed } = rereadSecrets()
  expect(changed).toEqual(['GITHUB_TOKEN'])
  expect(settings.github.credentials).toEqual({ kind: 'token', token: 'github-new' })
  expect(settings.secrets).toEqual(
    expect.arrayContaining(['github-old', 'github-new', 'ingest-old']),
  )
  expect(rereadSecrets().changed).toEqual([])
})

test.each([
  ['gone', undefined],
  ['empty', ' \n'],
  ['invalid', 'with a space'],
])('a file that is %s keeps the last value, is named, and holds up no other', (_what, text) => {
  const { rereadSecrets } = start()
  if (text === undefined) delete files.ingest
  else files.ingest = text
  files.github = 'github-new'
  const { settings, changed, faults } = rereadSecrets()
  expect(changed).toEqual(['GITHUB_TOKEN'])
  expect(settings.tokens.ingest).toEqual([{ name: null, token: 'ingest-old' }])
  expect(faults).toEqual([expect.stringMatching(/^INGEST_TOKEN_FILE: ingest .*; expected /)])
  expect(faults.join()).not.toContain('with a space')

  files.ingest = 'ingest-new,ingest-old'
  expect(rereadSecrets()).toMatchObject({ changed: ['INGEST_TOKEN'], faults: [] })
})
