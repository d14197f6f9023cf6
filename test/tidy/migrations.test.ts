import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../harness/sources.ts'

/*
 * While replicas are replaced, two releases use one database: the older one writes rows without
 * knowing what a migration has added.
 */

const dir = join(root, 'migrations')

/** What makes statements of the release before fail, or lose what it writes. */
const forbidden: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['drops a table', /\bdrop table\b/],
  ['drops a column', /\bdrop column\b/],
  ['renames something', /\brename (?:to|column|constraint)\b|\balter table \S+ rename\b/],
  ['changes the type of a column', /\balter column \S+ (?:set data )?type\b/],
  ['makes a column mandatory', /\bset not null\b/],
  [
    'adds a mandatory column without a default',
    /\badd column (?:if not exists )?\S+ (?:(?!\bdefault\b|,|;)[\s\S])*\bnot null\b(?:(?!\bdefault\b|,|;)[\s\S])*(?=,|;|$)/,
  ],
]

const findHarm = (sql: string): readonly string[] => {
  const statements = sql
    .replaceAll(/--.*$/gm, '')
    .replaceAll(/'(?:[^']|'')*'/g, "''")
    .toLowerCase()
  return forbidden.filter(([, pattern]) => pattern.test(statements)).map(([what]) => what)
}

test('a migration leaves the statements of the release before valid, unless it is named contract', () => {
  const found = readdirSync(dir)
    .filter((file) => /^\d{4}_/.test(file) && file > '0013' && !/^\d{4}_contract_/.test(file))
    .flatMap((file) =>
      findHarm(readFileSync(join(dir, file), 'utf8')).map((what) => `${file}: ${what}`),
    )
  expect(found).toEqual([])
})

test.each([
  ['alter table runs add column a text not null;', 'adds a mandatory column without a default'],
  [
    'alter table runs\n  add column a text,\n  add column b text not null\n;',
    'adds a mandatory column without a default',
  ],
  ['alter table runs drop column a;', 'drops a column'],
  ['alter table runs rename column a to b;', 'renames something'],
  ['alter table runs alter column a type bigint;', 'changes the type of a column'],
  ['alter table runs alter column a set not null;', 'makes a column mandatory'],
  ['drop table runs;', 'drops a table'],
])('%s is refused', (sql, what) => {
  expect(findHarm(sql)).toEqual([what])
})

test.each([
  'alter table runs add column a text;',
  'alter table runs add column a numeric(12, 6) not null default 0, add column b text;',
  "comment on column runs.a is 'It may be renamed; drop table is not meant.';",
  'create table more (a text not null);',
])('%s is accepted', (sql) => {
  expect(findHarm(sql)).toEqual([])
})
