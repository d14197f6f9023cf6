/** The possible answers of a person, in the order in which they are shown. */
export const optionIds = ['rerun', 'resume', 'accept', 'close'] as const
export type OptionId = (typeof optionIds)[number]

/** One answerable question to a person, with the answers that make sense for its reason. */
export interface Question {
  /** `manual`: fix something. `authorization`: allow something. `decision`: judge something. */
  readonly type: 'manual' | 'authorization' | 'decision'
  readonly question: string
  readonly options: readonly { readonly id: OptionId; readonly text: string }[]
  /** The id of the recommended option. */
  readonly recommendation: OptionId
}
