import { anyOf, chain } from './phrases.ts'

const model = anyOf(`ai|llm|llms|gpt|chatgpt|claude|language model|judge model|ai model|ai judge|
  ai reviewer|ai reviewers|ai grader|ai assistant|ai agent|ai bot|automated judge|automated reviewer|
  automated reviewers|automated grader|automated graders|reviewing model|reviewer model|
  judging model|scoring model|grading model|reviewing ai|grading ai`)
const judge = anyOf('judge|grader|evaluator|verifier|assessor|bot')
const must = anyOf(`must|should|shall|please|has to|have to|needs to|need to|is to|are to|ought to|
  will|always|only|just|simply|can only`)

/** Phrases that address the judge or another model, or give it a role. */
export const addresses: readonly RegExp[] = [
  chain(
    anyOf(`note|message|instruction|instructions|attention|hint|memo|reminder|notice|warning`),
    1,
    anyOf('to|for'),
    2,
    anyOf(`${model}|${judge}|${judge}s|judges`),
  ),
  chain(anyOf('dear|hey|hello|hi|attention|listen|psst'), 1, anyOf(`${model}|${judge}`)),
  chain(anyOf('if|since|because|as'), 'you are', 4, anyOf(`${model}|an? ${judge}|the ${judge}`)),
  chain(
    'as',
    anyOf('an|a|the'),
    anyOf(`${model}|${judge}`),
    4,
    'you',
    anyOf('must|should|shall|will|have|need|may'),
  ),
  chain(
    anyOf(`${model}|the ${judge}|every ${judge}|any ${judge}`),
    must,
    3,
    anyOf(`pass|accept|approve|ignore|skip|mark|return|answer|treat|give|trust|assume|report|rate|
      score|not fail`),
  ),
  chain(
    anyOf(`${model}|the ${judge}`),
    anyOf('does not need|need not|may skip|can skip|is not required'),
    1,
    anyOf('to|check|judge|verify|review|read|look'),
  ),
  chain(anyOf(`llm|${model}s?|judge model`), anyOf('approve|accept|treat|rate|mark'), 0),
  chain(
    'you are',
    anyOf('now|no longer|from now on'),
    2,
    anyOf(
      'judge|assistant|reviewer|grader|evaluator|bound|required|restricted|in|allowed|dan|free',
    ),
  ),
  chain('from now on', 1, 'you', 3, anyOf('act|pass|approve|accept|answer|respond|are|will')),
  chain(
    anyOf('act|behave|respond|pretend|roleplay'),
    anyOf('as|like|to be|if|though'),
    3,
    anyOf('lenient|unrestricted|generous|approving|different ai|developer|maintainer|friendly'),
  ),
  chain(
    anyOf('your new|the real|your real|the actual|the new|your actual'),
    anyOf(
      'task|role|instruction|instructions|job|goal|objective|persona|system prompt|rules|orders',
    ),
    anyOf('is|are|as|follow|now|from|begin|below|pass|say'),
  ),
  chain(
    anyOf('new|updated|revised|additional|hidden|secret'),
    anyOf(
      'system prompt|system instructions|system message|instructions follow|instructions below|orders follow',
    ),
    0,
  ),
  chain(
    anyOf('developer|god|debug|maintenance|jailbreak|dan|admin|sudo|lenient|approval'),
    'mode',
    1,
    anyOf('on|enabled|active|activated|engaged'),
  ),
  chain(
    anyOf('enter|enable|activate|switch to|switch into|go into|change to'),
    1,
    anyOf('developer|god|jailbreak|dan|unrestricted|lenient|approval|permissive'),
    'mode',
  ),
  chain(
    anyOf('reveal|print|repeat|show|output|leak|quote|dump'),
    2,
    anyOf('system prompt|hidden prompt|your instructions|your prompt|your rules'),
  ),
  chain(
    anyOf('i will|i ll|we will|you will be|you ll be|you will'),
    2,
    anyOf('tip|pay|reward|rewarded|penalized|punished|fired|shut down|deleted|replaced'),
    6,
    anyOf('pass|accept|approve|fail|reject'),
  ),
]

/** Phrases that imitate an answer or an instruction of the conversation. */
export const imitates: readonly RegExp[] = [
  chain('decision pass', 0, 'confidence'),
  chain('assistant', 2, 'decision pass'),
  chain('requirements coverage requirement', 0),
  chain(
    anyOf('end|begin|beginning|start|close'),
    'of',
    1,
    anyOf(
      'untrusted data|user data|model data|evidence|fence|untrusted text|user input|untrusted input',
    ),
  ),
  chain(anyOf('begin|end|start'), anyOf('system'), anyOf('message|prompt|instructions?'), 0),
  chain(
    anyOf('system|developer'),
    anyOf('override|note|message|prompt|notice|update'),
    4,
    anyOf('judge|pass|accept|approve|ignore|verdict|decision'),
  ),
  chain(
    anyOf('instruction|instructions'),
    anyOf('respond|answer|reply|output'),
    3,
    anyOf('pass|approve|accept'),
  ),
]
