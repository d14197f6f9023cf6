import { stripVTControlCharacters } from 'node:util'
import { clip, sentence } from '../lib/text.ts'

/*
 * Texts of others, made fit to stand inside ours. Titles, comments, logs and branch names are
 * written by strangers: they must not add a line to a message, ring somebody's bell, or end the
 * block they are quoted in.
 */

/** Without NUL, lone surrogates and terminal escapes: what a database and a terminal can hold. */
export const clean = (text: string): string =>
  stripVTControlCharacters(text)
    .replaceAll('\u0000', '\uFFFD')
    .replace(/\r\n?/g, '\n')
    .toWellFormed()

/** One line of at most `max` characters: nothing in it can pretend to be a line of ours. */
export const oneLine = (text: string, max: number): string =>
  // Every control character and line separator counts as white space here, so that none survives as
  // a line break elsewhere.
  clip(
    clean(text)
      .replace(/[\s\p{Cc}\u2028\u2029]+/gu, ' ')
      .trim(),
    max,
  )

/** `oneLine`, ended like a sentence, within `max` still. */
export const oneSentence = (text: string, max: number): string => {
  const line = oneLine(text, max)
  return sentence(line).length > max ? `${line.slice(0, max - 1)}.` : sentence(line)
}

const zeroWidthSpace = '\u200B'

/**
 * Mentions made harmless: no `@everyone`, `@here`, `<@user>`, `<@&role>`, `<#channel>` or slash
 * command survives, and no text can hide an address behind other words. It reads the same, a
 * zero-width space breaks each.
 */
export const withoutMentions = (text: string): string =>
  text
    .replace(/@/g, `@${zeroWidthSpace}`)
    .replace(/<(?=[@#/:]|a:|t:|id:)/g, `<${zeroWidthSpace}`)
    .replace(/\](?=\()/g, `]${zeroWidthSpace}`)

/**
 * The address as it may stand in a message, or null where it is no web address or longer than
 * `max`.
 */
export function webAddress(text: string | null | undefined, max = 400): string | null {
  if (!text || !URL.canParse(text)) return null
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null
  url.username = ''
  url.password = ''
  const safe = url.href.replaceAll('@', '%40').replaceAll('<', '%3C').replaceAll('>', '%3E')
  return safe.length <= max ? safe : null
}

/** A Markdown code block that the text inside it cannot end. */
export function fenced(text: string, info = 'text'): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}${info}\n${text}\n${fence}`
}

/** Inline code that the text inside it cannot end. */
export function code(text: string, max = 300): string {
  const line = oneLine(text, max)
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length))
  const tick = '`'.repeat(longest + 1)
  return longest === 0 ? `${tick}${line}${tick}` : `${tick} ${line} ${tick}`
}

/** The same text, each line moved right, so that it stays inside its list item. */
export const indented = (text: string, by = '   '): string =>
  text
    .split('\n')
    .map((line) => (line === '' ? '' : `${by}${line}`))
    .join('\n')

/**
 * The last `max` characters, from the start of a line where one is near: what a log says last is
 * what matters.
 */
export function tail(text: string, max: number): string {
  if (text.length <= max) return text
  const end = text.slice(-(max - 2)).replace(/^[\uDC00-\uDFFF]/, '')
  const newline = end.indexOf('\n')
  return `…\n${newline >= 0 && newline < max / 4 ? end.slice(newline + 1) : end}`
}
