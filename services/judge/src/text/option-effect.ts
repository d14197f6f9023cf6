import type { OptionId } from './question.ts'

/**
 * What happens outside when a person chooses an option, for those who are about to choose: the
 * option's own text says why one would.
 */
export function describeOptionEffect(option: string, { attempt }: { attempt: number }): string {
  return isOption(option) ? effects[option](attempt) : 'This release does not know the option.'
}

const effects: Readonly<Record<OptionId, (attempt: number) => string>> = {
  rerun: (attempt) =>
    `Dispatches another attempt after attempt ${attempt}; your note becomes part of its prompt.`,
  resume: () =>
    'Reads pull request, CI and review again and judges the head that is there then. Uses no attempt.',
  accept: () =>
    'Completes the run: the commit status becomes success, and the success message is sent.',
  close: () => 'Closes the run: nothing is dispatched, and the commit keeps its status.',
}

const isOption = (option: string): option is OptionId => Object.hasOwn(effects, option)
