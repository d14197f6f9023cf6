import { parse, validate } from 'graphql'
import { expect, test } from 'vitest'
import * as queries from '../../services/judge/src/adapters/github/read/queries.ts'
import { countRequests, loadGithubSchema } from '../world/github/graphql.ts'

const texts: readonly (readonly [string, string])[] = [
  ...Object.entries(queries).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  ),
  ['FILE_TEXTS_QUERY', queries.buildFileTextsQuery(100)],
]

test.each(texts)('%s is valid against the schema GitHub publishes', (_name, text) => {
  expect(validate(loadGithubSchema(), parse(text))).toEqual([])
})

test.each(texts)('%s costs one point, whether GitHub rounds up or down', (_name, text) => {
  expect(countRequests(text)).toBeLessThanOrEqual(100)
})
