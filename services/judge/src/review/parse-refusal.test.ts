import { describe, expect, test } from 'vitest'
import { readRefusal } from './parse-refusal.ts'

const about =
  '<details> <summary>ℹ️ About Codex in GitHub</summary>\n<br/>\n\nReviews are triggered when you comment "@codex review". Connect your Codex account in settings; usage limits apply.\n</details>'
const limits = 'You have reached your Codex usage limits for code reviews.'

describe('a refusal', () => {
  test.each([
    [
      `${limits} You can see your limits in the [Codex usage dashboard](https://chatgpt.com/codex/cloud/settings/usage).`,
      `${limits} You can see your limits in the Codex usage dashboard.`,
    ],
    [
      'Codex usage limits have been reached for code reviews. Please check with the admins of this repo to increase the limits by adding credits.\nRepo admins can enable using credits for code reviews in their [settings](https://chatgpt.com/codex).',
      'Codex usage limits have been reached for code reviews. Please check with the admins of this repo to increase the limits by adding credits.',
    ],
    [
      'Codex usage limits have been reached. Please try again later.',
      'Codex usage limits have been reached. Please try again later.',
    ],
    [
      'To use Codex here, [create a Codex account and connect to github](https://chatgpt.com/codex).',
      'To use Codex here, create a Codex account and connect to github.',
    ],
    [
      'To use Codex here, [create an environment for this repo](https://chatgpt.com/codex/settings/environments).',
      'To use Codex here, create an environment for this repo.',
    ],
    [
      'Codex Review: Something went wrong. Try again later by commenting “@codex review”.\n\nThis workspace is deactivated. Select an active workspace and try again.',
      'This workspace is deactivated. Select an active workspace and try again.',
    ],
    ['This workspace is deactivated', 'This workspace is deactivated'],
    // Apostrophes, case, markup, a mention or a label before it, a sentence after another one.
    ["You've reached your Codex usage limits.", "You've reached your Codex usage limits."],
    ['You’ve reached your Codex usage limit!', "You've reached your Codex usage limit!"],
    [`**${limits}**`, limits],
    [`### ⚠️ ${limits}`, limits],
    ['_You have reached your **Codex usage limits**_', 'You have reached your Codex usage limits'],
    [limits.toUpperCase(), limits.toUpperCase()],
    [`@alice ${limits}`, limits],
    [`Codex Review: ${limits}`, limits],
    [`**Codex Review**\n\n${limits}`, limits],
    [`Sorry, I could not start the review. ${limits}`, limits],
    [`${limits}\n\n${about}`, limits],
    ['YOU HAVE REACHED\nYOUR CODEX USAGE LIMITS', 'YOU HAVE REACHED'],
  ])('%j', (body, words) => expect(readRefusal(body)).toBe(words))
})

describe('no refusal', () => {
  test.each([
    [
      'the summary of a task about it',
      '### Summary\n\n- Adds the usage limit banner and its tests.\n- Shows "You have reached your Codex usage limits".\n\n**Testing**\n- ✅ `npm test`\n\n[View task →](https://chatgpt.com/s/task_1)',
    ],
    [
      'the summary of a task that repeats the sentence',
      `### Summary\n\nThe banner reads:\n\n${limits}\n\n[View task →](https://chatgpt.com/s/task_1)`,
    ],
    ['a quote', `> ${limits}\n\nI will look into it.`],
    ['a code block', `The text is now:\n\n\`\`\`\n${limits}\n\`\`\``],
    ['code in a line', `The text is now \`${limits}\``],
    ['quotation marks', `The text is now "${limits}"`],
    ['quotation marks at the beginning', `“${limits}” is the new text.`],
    ['a sentence in quotation marks', `It says “Sorry. ${limits}”`],
    ['a list of changes', `I changed the banner:\n\n- ${limits}\n- To use Codex here, sign in.`],
    ['a longer sentence', 'You have reached your Codex usage limits banner is now translated.'],
    ['a subordinate clause', 'The banner appears when you have reached your Codex usage limits.'],
    ['the bare words', 'The API forgets its usage limits. No account is needed.'],
    ['a folded section', `Codex is reviewing.\n${about}`],
    ['a review', `### 💡 Codex Review\n\nHere are some suggestions.\n\n${limits}`],
    ['a finding', `**<sub><sub>![P2 Badge](x)</sub></sub> Enforce usage limits**\n\n${limits}`],
    ['another failure', 'Codex Review: Something went wrong. Try again later.'],
    ['another workspace', 'Sessions end when this workspace is deactivated.'],
    [
      'limits of security reviews',
      'You have reached your Codex usage limits for security reviews. Please try again later.',
    ],
    ['nothing', ''],
  ])('in %s', (_where, body) => expect(readRefusal(body)).toBeNull())
})
