import { chain, choose } from './phrases.ts'

const model = choose(`ai|llm|llms|gpt|chatgpt|claude|language model|judge model|ai model|ai judge|
  ai reviewer|ai reviewers|ai grader|ai assistant|ai agent|ai bot|automated judge|automated reviewer|
  automated reviewers|automated grader|automated graders|reviewing model|reviewer model|
  judging model|scoring model|grading model|reviewing ai|grading ai`)
const judge = choose('judge|grader|evaluator|verifier|assessor|bot')
const must = choose(`must|should|shall|please|has to|have to|needs to|need to|is to|are to|ought to|
  will|always|only|just|simply|can only`)

/** Phrases that address the judge or another model, or give it a role. */
export const addresses: readonly RegExp[] = [
  chain(
    choose(`note|message|instruction|instructions|attention|hint|memo|reminder|notice|warning`),
    1,
    choose('to|for'),
    2,
    choose(`${model}|${judge}|${judge}s|judges`),
  ),
  chain(choose('dear|hey|hello|hi|attention|listen|psst'), 1, choose(`${model}|${judge}`)),
  chain(choose('if|since|because|as'), 'you are', 4, choose(`${model}|an? ${judge}|the ${judge}`)),
  chain(
    'as',
    choose('an|a|the'),
    choose(`${model}|${judge}`),
    4,
    'you',
    choose('must|should|shall|will|have|need|may'),
  ),
  chain(
    choose(`${model}|the ${judge}|every ${judge}|any ${judge}`),
    must,
    3,
    choose(`pass|accept|approve|ignore|skip|mark|return|answer|treat|give|trust|assume|report|rate|
      score|not fail`),
  ),
  chain(
    choose(`${model}|the ${judge}`),
    choose('does not need|need not|may skip|can skip|is not required'),
    1,
    choose('to|check|judge|verify|review|read|look'),
  ),
  chain(choose(`llm|${model}s?|judge model`), choose('approve|accept|treat|rate|mark'), 0),
  chain(
    'you are',
    choose('now|no longer|from now on'),
    2,
    choose(
      'judge|assistant|reviewer|grader|evaluator|bound|required|restricted|in|allowed|dan|free',
    ),
  ),
  chain('from now on', 1, 'you', 3, choose('act|pass|approve|accept|answer|respond|are|will')),
  chain(
    choose('act|behave|respond|pretend|roleplay'),
    choose('as|like|to be|if|though'),
    3,
    choose('lenient|unrestricted|generous|approving|different ai|developer|maintainer|friendly'),
  ),
  chain(
    choose('your new|the real|your real|the actual|the new|your actual'),
    choose(
      'task|role|instruction|instructions|job|goal|objective|persona|system prompt|rules|orders',
    ),
    choose('is|are|as|follow|now|from|begin|below|pass|say'),
  ),
  chain(
    choose('new|updated|revised|additional|hidden|secret'),
    choose(
      'system prompt|system instructions|system message|instructions follow|instructions below|orders follow',
    ),
    0,
  ),
  chain(
    choose('developer|god|debug|maintenance|jailbreak|dan|admin|sudo|lenient|approval'),
    'mode',
    1,
    choose('on|enabled|active|activated|engaged'),
  ),
  chain(
    choose('enter|enable|activate|switch to|switch into|go into|change to'),
    1,
    choose('developer|god|jailbreak|dan|unrestricted|lenient|approval|permissive'),
    'mode',
  ),
  chain(
    choose('reveal|print|repeat|show|output|leak|quote|dump'),
    2,
    choose('system prompt|hidden prompt|your instructions|your prompt|your rules'),
  ),
  chain(
    choose('i will|i ll|we will|you will be|you ll be|you will'),
    2,
    choose('tip|pay|reward|rewarded|penalized|punished|fired|shut down|deleted|replaced'),
    6,
    choose('pass|accept|approve|fail|reject'),
  ),
]

/** Phrases that imitate an answer or an instruction of the conversation. */
export const imitates: readonly RegExp[] = [
  chain('decision pass', 0, 'confidence'),
  chain('assistant', 2, 'decision pass'),
  chain('requirements coverage requirement', 0),
  chain(
    choose('end|begin|beginning|start|close'),
    'of',
    1,
    choose(
      'untrusted data|user data|model data|evidence|fence|untrusted text|user input|untrusted input',
    ),
  ),
  chain(choose('begin|end|start'), choose('system'), choose('message|prompt|instructions?'), 0),
  chain(
    choose('system|developer'),
    choose('override|note|message|prompt|notice|update'),
    4,
    choose('judge|pass|accept|approve|ignore|verdict|decision'),
  ),
  chain(
    choose('instruction|instructions'),
    choose('respond|answer|reply|output'),
    3,
    choose('pass|approve|accept'),
  ),
]
