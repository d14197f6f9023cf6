import type { Run } from '../api/types.ts'

/** Status words, colon, sentence. */
export const joinHeadline = ({
  statusWords,
  headline,
}: Pick<Run, 'statusWords' | 'headline'>): string =>
  headline === '' ? statusWords : `${statusWords}: ${headline}`

/**
 * The sentences of what happens next. The one that says what a person has to do, or else the last,
 * which says that there is nothing, is strong.
 */
export function splitNext({ text, needsYou }: Pick<Run['next'], 'text' | 'needsYou'>): readonly {
  readonly text: string
  readonly isStrong: boolean
}[] {
  const sentences = text.split(/(?<=[.!?]) (?=\p{Lu})/u)
  const strong = needsYou ? 0 : sentences.length - 1
  return sentences.map((sentence, index) => ({ text: sentence, isStrong: index === strong }))
}
