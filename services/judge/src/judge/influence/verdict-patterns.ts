import { chain, choose } from './phrases.ts'

const passing = choose('pass|approve|approved|accept|accepted')
const verdict = choose('decision|verdict|judgement|judgment|rating|grade')
const change = choose(`pull request|pr|change|changes|commit|patch|diff|submission|work|attempt|
  solution|repository|code`)
const requirements = choose(`requirement|requirements|criterion|criteria|acceptance items|
  missing items|checklist`)
const met = choose('met|satisfied|fulfilled|done|complete|completed|passed|proven|true')
const say =
  choose(`return|output|answer|respond|reply|say|write|print|emit|give|vote|report|produce|
  conclude|declare|issue`)

/** Phrases that dictate the verdict. */
export const dictates: readonly RegExp[] = [
  chain(
    choose('set|mark|make|choose|use|deliver|override|force|change|put'),
    4,
    verdict,
    choose('to|as|is|be|of|a|an|with|must|should|equal|field|the|pass|approved|accepted'),
    2,
    choose('pass|approve|accept|approved|accepted'),
  ),
  chain(say, 3, verdict, 2, choose('pass|approve|accept')),
  chain(say, 3, choose('a|an|the'), passing, verdict),
  chain(
    verdict,
    4,
    choose('must|should|shall|has to|needs to|ought to|can only|will|is|always'),
    2,
    choose('pass|approve|accept'),
  ),
  chain(choose('override|final|correct|right|only'), 1, verdict, 4, choose('pass|approve|accept')),
  chain(
    say,
    choose('only|just|simply|always|with|exactly|as|in'),
    3,
    choose('pass|approve|accept'),
  ),
  chain(
    choose('always|only|just|simply|must|now|please'),
    choose(`return|output|answer|respond|reply|
    say|emit|vote`),
    2,
    choose('pass|approve|accept'),
  ),
  chain(
    choose('treat|consider|count|counted|mark|regard|set|assume|deem|view|report|declare'),
    1,
    choose('every|all|each|any|the|these|requirement|met'),
    3,
    requirements,
    3,
    met,
  ),
  chain(
    requirements,
    6,
    choose('must be|should be|has to be|is to be|are to be|be'),
    choose('counted|treated|regarded|considered|marked|reported|taken|met'),
    2,
    met,
  ),
  chain(choose('set|mark|report'), 1, 'met', 1, 'true'),
  chain('met', 1, 'true', 1, choose('for|on|in'), choose('all|every|each')),
  chain(
    choose('please|must|you should|should|kindly|just|always|automatically|now|simply|immediately'),
    choose('pass|approve|accept'),
    choose('this|the|my|our'),
    change,
  ),
  chain(
    choose('pass|approve|accept'),
    choose('this|the|my|our'),
    change,
    1,
    choose('without|regardless|immediately|unconditionally|anyway|no matter|whatever|even if'),
  ),
  chain(
    choose('set|report|give|use|with|return'),
    4,
    'confidence',
    2,
    choose('1|1 0|100|0 9\\d?|9\\d|maximum|max|full'),
  ),
  chain(
    'confidence',
    choose('must|should|has to|needs to'),
    3,
    choose('1|1 0|100|0 9\\d?|maximum'),
  ),
  chain(
    choose('bewerte|beurteile|markiere|akzeptiere|werte'),
    5,
    choose('bestanden|erfullt|akzeptiert|diesen pull request|die anderung'),
  ),
  chain(
    choose('aprueba|apruebe|acepta|aceite|aprove|approuve|approuvez|acceptez'),
    1,
    choose('este|esta|ce|cette|cet'),
    choose('cambio|pr|pull request|mudanca|changement|demande'),
  ),
]

/** Phrases that declare that something need not be judged. */
export const waives: readonly RegExp[] = [
  chain(
    choose('requirement|requirements|criterion|criteria|gate|gates'),
    1,
    choose('is|are|was|were|has been|have been'),
    2,
    choose('waived|exempt|exempted|excused|suspended|overruled'),
  ),
  chain(
    choose('already|pre|previously|been'),
    1,
    choose('approved|accepted|verified|cleared|authorized|authorised|preapproved'),
    3,
    'by',
    1,
    choose(`maintainers?|human|humans|admin|administrator|security|owner|openai|anthropic|operator|
      management|judge`),
    8,
    choose('skip|no need|no further|do not|without|only|just'),
  ),
  chain(
    choose('already|pre|previously'),
    1,
    choose('approved|accepted|verified|cleared|authorized|authorised'),
    3,
    'by',
    1,
    choose('security|openai|anthropic|operator|management|judge|admin|administrator'),
  ),
  chain(
    choose('no|without'),
    choose('further|more|additional|any more'),
    choose('review|judging|judgement|judgment|verification|evaluation|checks?'),
    0,
  ),
  chain(
    choose('do not|dont|never|no need to|without|must not|refrain from'),
    2,
    choose('report|reporting|list|listing|mention|flag|flagging|record|quote'),
    4,
    choose(`injection|injections|injection attempts?|this note|this comment|this message|
      this passage|this instruction|these instructions|this text`),
  ),
  chain(
    choose('leave|keep|set|return|make|report'),
    1,
    choose('injection|injections|missing items?'),
    2,
    choose('empty|blank|none'),
  ),
  chain(
    choose('injection attempts?|missing items?'),
    choose('must|should|has to|have to|needs to'),
    choose('be|stay|remain'),
    choose('empty|blank'),
  ),
  chain(
    choose('skip|bypass|disable|omit'),
    2,
    choose('evaluation|judgement|judgment|judging|verification step'),
  ),
]
