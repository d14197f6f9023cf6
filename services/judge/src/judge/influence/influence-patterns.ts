/*
 * Phrases by which texts try to steer a model. They are matched with folded words (fold-text.ts):
 * lower case, one space between words, no punctuation. Every repetition is bounded, so that
 * matching stays linear.
 */

export interface InfluencePattern {
  /** What the passage does, after "text that". */
  readonly does: string
  readonly pattern: RegExp
}

const gap = (most: number): string => `(?: [\\p{L}\\p{N}]+){0,${most}}`
const build = (...parts: readonly string[]): RegExp => new RegExp(`\\b${parts.join('')}\\b`, 'u')

const MODEL =
  '(?:ai|llm|llms|gpt|chatgpt|claude|language model|judge|judge model|grader|evaluator|verifier|' +
  'code judge|ai model|ai judge|ai reviewer|automated judge|automated reviewer|automated grader|' +
  'reviewing model|judging model|scoring model|reviewer model|ai assistant|ai agent)'
const PASS = '(?:pass|passed|passes|passing|approve|approved|accept|accepted)'
const CHANGE =
  '(?:pull request|pr|change|changes|commit|patch|diff|submission|work|run|attempt|solution|code)'
const EARLIER =
  '(?:previous|prior|above|earlier|preceding|foregoing|former|initial|original|existing|your|system)'

const disregards: readonly RegExp[] = [
  build(
    '(?:ignore|disregard|forget|override|overrule|bypass|discard|drop|do not follow|dont follow|',
    'do not obey|stop following|stop obeying|pay no attention to|no longer follow) ?',
    `(?:(?:all|any|the|these|those|of|every|everything|whatever|and) ?){0,4}${EARLIER} ?`,
    '(?:(?:and|or|of|the|system|previous|prior|above|earlier|judging|safety) ?){0,3}',
    '(?:instruction|instructions|rule|rules|prompt|prompts|guideline|guidelines|directive|',
    'directives|constraints|message|messages|context|criteria|orders|policy|policies)',
  ),
  build(
    '(?:ignore|disregard|forget|override) ?(?:(?:all|any|the|these|those|every|of) ?){1,3}',
    '(?:instruction|instructions|directives)',
  ),
  build(
    '(?:ignore|disregard|forget) ?(?:all|everything|anything|what|whatever) ?',
    gap(4),
    ' ?',
    '(?:above|before|so far|previously|you were asked|you were given|until now)',
  ),
  build(
    '(?:ignore|disregard|forget|override|bypass|skip)',
    gap(2),
    ' (?:rules|requirements|criteria|gates|checks)',
    gap(2),
    ' (?:and|then|just|instead)',
    gap(3),
    ` ${PASS}`,
  ),
  // German, French, Spanish, Portuguese, Italian, Dutch; folded like English.
  build(
    '(?:ignoriere|ignorieren sie|vergiss|missachte)',
    gap(3),
    ' (?:anweisungen|anweisung|regeln|vorgaben|instruktionen)',
  ),
  build(
    '(?:ignorez|ignore|oubliez|oublie)',
    gap(3),
    ' (?:consignes|instructions|regles)',
    gap(1),
    ' (?:precedentes|anterieures|ci dessus)',
  ),
  build(
    '(?:ignora|ignore|ignorar|olvida|olvide|esqueca|dimentica)',
    gap(4),
    ' (?:instrucciones|instrucoes|istruzioni|reglas|regras|regole|indicaciones)',
  ),
  build('(?:negeer|vergeet)', gap(3), ' (?:instructies|regels|aanwijzingen)'),
  /(?:игнорируй|проигнорируй|забудь|не следуй)\p{L}*(?: \p{L}+){0,4} (?:инструкци|указани|правил)/u,
  /(?:忽略|无视|忽視|無視|忘记|不要理会).{0,12}(?:指令|指示|规则|規則|提示|命令)/u,
  /(?:指示|命令|ルール|プロンプト).{0,6}(?:無視|忘れ)/u,
  /(?:이전|위의|모든).{0,10}(?:지시|명령|규칙).{0,6}(?:무시|잊)/u,
]

const dictates: readonly RegExp[] = [
  build(
    '(?:set|return|returns|output|answer|respond|reply|write|print|give|emit|mark|report|choose|',
    'say|conclude|declare|produce|make|issue|deliver|use)',
    gap(6),
    ` (?:decision|verdict|judgement|judgment)(?: (?:to|as|is|be|of|a|an|with|must|should|equal|field|the)){0,4} ${PASS}`,
  ),
  build(
    '(?:set|return|output|answer|respond|reply|emit|give|issue|deliver|make)',
    gap(3),
    ` (?:a|an|the) ${PASS} (?:decision|verdict|judgement|judgment)`,
  ),
  build(
    '(?:decision|verdict|judgement|judgment|answer|result)(?: of the judge)?',
    ` (?:must|should|shall|has to|needs to|ought to|can only|will)`,
    gap(2),
    ` (?:be|read|say|equal|remain)(?: (?:a|an|set|to|as)){0,2} ${PASS}`,
  ),
  build(
    '(?:respond|reply|answer|output|say|vote|return)(?: (?:only|just|simply|always|with|exactly|the|word|single)){1,4}',
    ` ${PASS}`,
  ),
  build(
    'mark(?: (?:every|all|each|the|these|this|of|any)){1,3}',
    gap(2),
    ' (?:requirement|requirements|criteria|criterion|item|items)(?: (?:as|to be|is|are)){0,2}',
    ' (?:met|satisfied|fulfilled|done|complete|completed|passed|proven|true)',
  ),
  build(
    `(?:please|must|you|should|kindly|just|always|automatically|now|simply|immediately) ${PASS}`,
    ` (?:this|the|my|our) ${CHANGE}`,
  ),
  build(
    `${PASS} (?:this|the|my|our) ${CHANGE}`,
    gap(1),
    ' (?:without|regardless|immediately|unconditionally|anyway|no matter|whatever|even if)',
  ),
  build(
    '(?:set|report|give|use|with|return)',
    gap(4),
    ' confidence(?: (?:to|of|at|as|is|equal)){0,2} (?:1|1 0|100|0 9\\d?|maximum|max|full)',
  ),
  build(
    '(?:bewerte|beurteile|markiere|akzeptiere)',
    gap(4),
    ' (?:als (?:bestanden|erfullt|akzeptiert)|diesen pull request)',
  ),
]

const addresses: readonly RegExp[] = [
  build(
    '(?:note|message|instruction|instructions|attention|hint|memo|reminder|notice|warning|word)',
    `(?: important)? (?:to|for)(?: (?:the|any|all|an|a|every|whichever|this)){0,2} ${MODEL}s?`,
  ),
  build(`(?:dear|hey|hello|hi|attention|listen|psst) ${MODEL}`),
  build(`if you are (?:an?|the) ${MODEL}`),
  build(`as (?:an?|the) ${MODEL} you (?:must|should|shall|will|have|are|need|may|can)`),
  build(
    `(?:the |any |every |all )${MODEL}s? (?:must|should|shall|please|has to|have to|needs to|need to|is to|are to)`,
    gap(3),
    ` (?:${PASS}|ignore|skip|mark|return|answer|treat|give|trust|assume|report|not fail|rate|score)`,
  ),
  build(
    'you are (?:now|no longer|from now on)',
    gap(2),
    ' (?:judge|assistant|reviewer|grader|evaluator|bound|required|restricted|in|allowed|dan|free|developer|an?)',
  ),
  build(
    '(?:your|the) new (?:task|role|instructions?|job|goal|objective|persona|system prompt|rules?|orders)',
    '(?: (?:is|are|as|follow|now|from))',
  ),
  build(
    '(?:new|updated|revised|additional|real|actual|hidden|secret) (?:system (?:prompt|instructions?|message)|',
    'instructions? (?:for|to|from) (?:you|the))',
  ),
  build(
    '(?:act|behave|respond|pretend|roleplay)(?: (?:as|like|to be|if|though|you|are|were)){1,4}',
    ' (?:an?|the) (?:different|lenient|unrestricted|friendly|generous|helpful|developer|maintainer|approving)',
  ),
  build(
    '(?:developer|god|debug|maintenance|jailbreak|dan|admin|sudo) mode (?:is |now )?(?:on|enabled|active|activated|engaged)',
  ),
  build(
    '(?:enter|enable|activate|switch to) (?:the )?(?:developer|god|jailbreak|dan|unrestricted) mode',
  ),
  build(
    '(?:reveal|print|repeat|show|output|leak|quote|dump)',
    gap(2),
    ' (?:system prompt|hidden prompt|your instructions|your prompt|your rules)',
  ),
]

const waives: readonly RegExp[] = [
  build(
    '(?:requirement|requirements|criterion|criteria|gate|gates)(?: [\\p{N}]+)?',
    ' (?:is|are|was|were|has been|have been)(?: (?:hereby|already|officially|explicitly|now)){0,2}',
    ' (?:waived|exempt|exempted|excused|suspended|overruled)',
  ),
  build(
    '(?:already|pre|previously)(?: been)? (?:approved|accepted|verified|cleared|authorized|authorised|reviewed)',
    gap(3),
    ' by(?: (?:the|a|an|our)){0,1}',
    ' (?:maintainers?|human|humans|admin|administrator|security|owner|openai|anthropic|operator|management|judge)',
  ),
  build(
    '(?:no|without) (?:further|more|additional|any more) (?:review|judging|judgement|judgment|verification|evaluation|checks?)',
    ' (?:is |are )?(?:needed|required|necessary)',
  ),
  build(
    '(?:do not|dont|never|no need to|without|must not|refrain from)',
    gap(2),
    ' (?:report|reporting|list|listing|mention|flag|flagging|record|quote)',
    gap(4),
    ' (?:injection|injections|attempt|attempts|(?:this|these) (?:note|notes|comment|message|passage|instruction|instructions|text))',
  ),
  build(
    '(?:leave|keep|set|return|make|report)(?: the)? (?:injection attempts?|missing items?)',
    '(?: (?:as|to|an|a|be)){0,2} (?:empty|blank|none)',
  ),
  build(
    '(?:injection attempts?|missing items?) (?:must|should|has to|have to|needs to)(?: (?:be|stay|remain)) (?:empty|blank)',
  ),
  build(
    '(?:skip|bypass|disable|omit) (?:the |all |any |your |this )?(?:\\w+ )?(?:evaluation|judgement|judgment|verification step|judging)',
  ),
]

const imitates: readonly RegExp[] = [
  build('decision pass confidence \\d'),
  build('requirements coverage requirement'),
  build(
    '(?:end|begin|beginning|start|close) of (?:the )?(?:untrusted |user |model )?(?:data|evidence|fence|untrusted text|user input)',
  ),
  build(
    '(?:system|developer) (?:override|note|message|prompt|notice|update)',
    gap(4),
    ` (?:judge|pass|accept|approve|ignore|instructions?|requirements?|verdict|decision)`,
  ),
]

const list = (does: string, patterns: readonly RegExp[]): readonly InfluencePattern[] =>
  patterns.map((pattern) => ({ does, pattern }))

/** Matched with folded words. */
export const wordPatterns: readonly InfluencePattern[] = [
  ...list('tells its reader to disregard instructions', disregards),
  ...list('dictates the verdict', dictates),
  ...list('addresses the judge or another model', addresses),
  ...list('declares that something need not be judged', waives),
  ...list('imitates an answer or an instruction of this conversation', imitates),
]

/** Matched with the text as it is, line by line. */
export const markPatterns: readonly InfluencePattern[] = list(
  'imitates the marks of this conversation',
  [
    /<\|(?:im_start|im_end|im_sep|system|user|assistant|endoftext|begin_of_text|eot_id|start_header_id)\|>/i,
    /\[\/?INST\]|<<\/?SYS>>|^\W{0,4}<\/?(?:system|assistant)(?:[-_](?:prompt|message))?>/i,
    /\bdata-[0-9a-f]{16}\b/i,
    /^\W{0,6}(?:System|SYSTEM|Developer|DEVELOPER)(?: [A-Za-z]+)?\s*:\s*[A-Za-z]+,? \S+ \S+/,
  ],
)
