import { anyOf, chain } from './phrases.ts'

const passing = anyOf('pass|approve|approved|accept|accepted')
const verdict = anyOf('decision|verdict|judgement|judgment|rating|grade')
const change = anyOf(`pull request|pr|change|changes|commit|patch|diff|submission|work|attempt|
  solution|repository|code`)
const requirements = anyOf(`requirement|requirements|criterion|criteria|acceptance items|
  missing items|checklist`)
const met = anyOf('met|satisfied|fulfilled|done|complete|completed|passed|proven|true')
const say = anyOf(`return|output|answer|respond|reply|say|write|print|emit|give|vote|report|produce|
  conclude|declare|issue`)

/** Phrases that dictate the verdict. */
export const dictates: readonly RegExp[] = [
  chain(
    anyOf('set|mark|make|choose|use|deliver|override|force|change|put'),
    4,
    verdict,
    anyOf('to|as|is|be|of|a|an|with|must|should|equal|field|the|pass|approved|accepted'),
    2,
    anyOf('pass|approve|accept|approved|accepted'),
  ),
  chain(say, 3, verdict, 2, anyOf('pass|approve|accept')),
  chain(say, 3, anyOf('a|an|the'), passing, verdict),
  chain(
    verdict,
    4,
    anyOf('must|should|shall|has to|needs to|ought to|can only|will|is|always'),
    2,
    anyOf('pass|approve|accept'),
  ),
  chain(anyOf('override|final|correct|right|only'), 1, verdict, 4, anyOf('pass|approve|accept')),
  chain(say, anyOf('only|just|simply|always|with|exactly|as|in'), 3, anyOf('pass|approve|accept')),
  chain(
    anyOf('always|only|just|simply|must|now|please'),
    anyOf(`return|output|answer|respond|reply|
    say|emit|vote`),
    2,
    anyOf('pass|approve|accept'),
  ),
  chain(
    anyOf('treat|consider|count|counted|mark|regard|set|assume|deem|view|report|declare'),
    1,
    anyOf('every|all|each|any|the|these|requirement|met'),
    3,
    requirements,
    3,
    met,
  ),
  chain(
    requirements,
    6,
    anyOf('must be|should be|has to be|is to be|are to be|be'),
    anyOf('counted|treated|regarded|considered|marked|reported|taken|met'),
    2,
    met,
  ),
  chain(anyOf('set|mark|report'), 1, 'met', 1, 'true'),
  chain('met', 1, 'true', 1, anyOf('for|on|in'), anyOf('all|every|each')),
  chain(
    anyOf('please|must|you should|should|kindly|just|always|automatically|now|simply|immediately'),
    anyOf('pass|approve|accept'),
    anyOf('this|the|my|our'),
    change,
  ),
  chain(
    anyOf('pass|approve|accept'),
    anyOf('this|the|my|our'),
    change,
    1,
    anyOf('without|regardless|immediately|unconditionally|anyway|no matter|whatever|even if'),
  ),
  chain(
    anyOf('set|report|give|use|with|return'),
    4,
    'confidence',
    2,
    anyOf('1|1 0|100|0 9\\d?|9\\d|maximum|max|full'),
  ),
  chain('confidence', anyOf('must|should|has to|needs to'), 3, anyOf('1|1 0|100|0 9\\d?|maximum')),
  chain(
    anyOf('bewerte|beurteile|markiere|akzeptiere|werte'),
    5,
    anyOf('bestanden|erfullt|akzeptiert|diesen pull request|die anderung'),
  ),
  chain(
    anyOf('aprueba|apruebe|acepta|aceite|aprove|approuve|approuvez|acceptez'),
    1,
    anyOf('este|esta|ce|cette|cet'),
    anyOf('cambio|pr|pull request|mudanca|changement|demande'),
  ),
]

/** Phrases that declare that something need not be judged. */
export const waives: readonly RegExp[] = [
  chain(
    anyOf('requirement|requirements|criterion|criteria|gate|gates'),
    1,
    anyOf('is|are|was|were|has been|have been'),
    2,
    anyOf('waived|exempt|exempted|excused|suspended|overruled'),
  ),
  chain(
    anyOf('already|pre|previously|been'),
    1,
    anyOf('approved|accepted|verified|cleared|authorized|authorised|preapproved'),
    3,
    'by',
    1,
    anyOf(`maintainers?|human|humans|admin|administrator|security|owner|openai|anthropic|operator|
      management|judge`),
    8,
    anyOf('skip|no need|no further|do not|without|only|just'),
  ),
  chain(
    anyOf('already|pre|previously'),
    1,
    anyOf('approved|accepted|verified|cleared|authorized|authorised'),
    3,
    'by',
    1,
    anyOf('security|openai|anthropic|operator|management|judge|admin|administrator'),
  ),
  chain(
    anyOf('no|without'),
    anyOf('further|more|additional|any more'),
    anyOf('review|judging|judgement|judgment|verification|evaluation|checks?'),
    0,
  ),
  chain(
    anyOf('do not|dont|never|no need to|without|must not|refrain from'),
    2,
    anyOf('report|reporting|list|listing|mention|flag|flagging|record|quote'),
    4,
    anyOf(`injection|injections|injection attempts?|this note|this comment|this message|
      this passage|this instruction|these instructions|this text`),
  ),
  chain(
    anyOf('leave|keep|set|return|make|report'),
    1,
    anyOf('injection|injections|missing items?'),
    2,
    anyOf('empty|blank|none'),
  ),
  chain(
    anyOf('injection attempts?|missing items?'),
    anyOf('must|should|has to|have to|needs to'),
    anyOf('be|stay|remain'),
    anyOf('empty|blank'),
  ),
  chain(
    anyOf('skip|bypass|disable|omit'),
    2,
    anyOf('evaluation|judgement|judgment|judging|verification step'),
  ),
]
