import type { SideLine } from '../side-text.ts'
import type { ConfigurationText, Entry, ScriptLine } from './entry.ts'
import { readBraces } from './read-braces.ts'
import { readSections } from './read-sections.ts'

/** The scripts of a package are what its commands run. */
export function readPackage(lines: readonly SideLine[]): ConfigurationText {
  const { entries } = readBraces(lines)
  const scripts = entries.flatMap(
    ({ key, value, line, changed, blocks }): readonly ScriptLine[] => {
      const known = blocks.some((block) => /^(?:scripts|tasks|targets)$/.test(block.key))
      const isOther = blocks.some(
        (block) => !/^(?:-|scripts|tasks|targets|command|options)$/.test(block.key) && !known,
      )
      if (isOther || (!known && !/\s|^(?:jest|vitest|mocha|ava|tsc|eslint)$/.test(value))) return []
      const block = { key, line, changed, indent: 0 }
      return [{ text: value, line, changed, blocks: [...blocks, block], ignored: null }]
    },
  )
  return { entries, scripts }
}

/** Values that hold the arguments of a command. */
const argumentKeys = /^(?:addopts|pytest_addopts|args|extra_args|test-args)$/i

export function readSectionsWithScripts(lines: readonly SideLine[]): ConfigurationText {
  const { entries } = readSections(lines)
  const options = entries.filter((entry) => argumentKeys.test(findOwner(entry)))
  // Options over several lines belong to one command; without their key they are bare flags.
  const joined = options.map(({ value, line, changed }, index): ScriptLine => {
    const text = `${index === 0 ? 'pytest ' : ''}${value} \\`
    return { text, line, changed, blocks: [], ignored: null }
  })
  const bare = entries
    .filter(({ key, value, blocks }) => key === '' && blocks.length === 0 && value.startsWith('-'))
    .map(({ value, line, changed }): ScriptLine => {
      return { text: value, line, changed, blocks: [], ignored: null }
    })
  return { entries, scripts: [...joined, ...bare, ...entries.flatMap(readCommandEntry)] }
}

const findOwner = ({ key, blocks }: Entry): string =>
  key === '' ? (blocks.at(-1)?.key ?? '') : key

/** The commands of tox and of similar tools. */
function readCommandEntry(entry: Entry): readonly ScriptLine[] {
  const { value, line, changed, blocks } = entry
  const isCommand =
    /^(?:commands\w*|cmd|shell|script|test|lint|check)$/.test(findOwner(entry)) ||
    blocks.some((block) => /^(?:scripts|tasks|poe|taskipy|aliases?|alias)$/.test(block.key))
  if (!isCommand || value === '') return []
  // tox ignores the failure of a command that begins with a hyphen.
  const [, mark, text = ''] = /^(-\s+)?(.*)$/s.exec(value) ?? []
  const ignored = mark === undefined ? null : '-'
  return [{ text: text.replace(/^\[|\]$/g, ''), line, changed, blocks, ignored }]
}

/** A list of paths, or of findings, that a tool leaves out. */
export function readIgnoreList(lines: readonly SideLine[]): ConfigurationText {
  const entries = lines.flatMap(({ text, number, changed }): readonly Entry[] => {
    const value = text.replace(/(?:^|\s)#.*$/, '').trim()
    const block = { key: 'ignore', line: number, changed: false, indent: 0 }
    const isItem = value !== '' && !value.startsWith('!')
    return isItem ? [{ key: '', value, line: number, changed, blocks: [block] }] : []
  })
  return { entries, scripts: [] }
}

/** Commands by patterns of files, as lint-staged runs them. */
export function readStagedCommands(lines: readonly SideLine[]): ConfigurationText {
  const { entries } = readBraces(lines)
  const scripts = entries.map(({ value, line, changed, blocks }): ScriptLine => {
    return { text: value, line, changed, blocks, ignored: null }
  })
  return { entries, scripts }
}

const callPattern =
  /(?:session\.run|session\.run_always|(?<!\w)\w+\.run|\bsh|\bbat|\bpwsh|\bsystem|\bexec|sh\.RunV?|subprocess\.\w+)\s*[( ]\s*\[?(?:script:\s*)?(["'].*)$/

/** Steps of Jenkins that go on after a failure. */
const toleratingCall = /catchError\(.*?\)|warnError\(.*?\)|returnStatus:\s*true/

/** Programs that run commands: each line, and the texts that a call gives to a shell. */
export function readCalls(lines: readonly SideLine[]): ConfigurationText {
  const { entries } = readBraces(lines)
  const scripts = lines.flatMap(({ text, number, changed }): readonly ScriptLine[] => {
    if (/^\s*(?:#|\/\/|$)/.test(text)) return []
    const [, call] = callPattern.exec(text) ?? []
    const words = call
      ?.match(/"[^"]*"|'[^']*'/g)
      ?.map((word) => word.slice(1, -1))
      .join(' ')
    const line = words ?? text.replace(/^\s*RUN(?:\s+--\S+)*\s+/, '')
    const [ignored = null] = toleratingCall.exec(text) ?? []
    return [{ text: line, line: number, changed, blocks: [], ignored }]
  })
  return { entries, scripts }
}

/** Build files are read as nested keys; Bazel's options and CMake's tests are like commands. */
export function readBuild(lines: readonly SideLine[]): ConfigurationText {
  const scripts = lines.flatMap(({ text, number, changed }): readonly ScriptLine[] => {
    const at = { line: number, changed, blocks: [], ignored: null }
    const [, test] =
      /^\s*((?:add_test|gtest_discover_tests|catch_discover_tests)\b.*|enable_testing\(\)|add_subdirectory\(tests?\))/i.exec(
        text,
      ) ?? []
    if (test !== undefined) return [{ text: `ctest ${test.replace(/[()]/g, ' ')}`, ...at }]
    const isOptions = /^\s*(?:test|build)(?::\w+)?\s+--/.test(text)
    return isOptions ? [{ text: text.replace(/^\s*\S+\s+/, ''), ...at }] : []
  })
  return { entries: readBraces(lines).entries, scripts }
}
