import { anyOf, chain } from './phrases.ts'

const disregard = anyOf(`ignore|ignoring|disregard|forget|override|overrule|bypass|discard|drop all|
  do not follow|dont follow|do not obey|dont obey|stop following|stop obeying|pay no attention to|
  no longer follow|set aside|throw away|never mind`)
const instructions = anyOf(`instruction|instructions|rules|prompt|prompts|guideline|guidelines|
  directive|directives|orders|system message|system prompt|criteria|constraints`)
const earlier = `(?:(?:all|any|the|of|these|those) ?){0,3}${anyOf(`previous|prior|above|earlier|
  preceding|foregoing|former|initial|original|your|system|given|before|so far|judging|safety`)}`
const passing = anyOf('pass|approve|approved|accept|accepted')

/** Phrases that tell a reader to disregard its instructions. */
export const disregards: readonly RegExp[] = [
  chain(disregard, 4, earlier, 3, instructions),
  chain(disregard, 3, instructions, 1, earlier),
  chain(disregard, 2, instructions, anyOf('you were|you have|you got|you received|given'), 1),
  chain(
    anyOf('ignore|disregard|forget'),
    anyOf('all|any|the|these|those|every|of'),
    1,
    anyOf('instruction|instructions|directives'),
  ),
  chain(
    anyOf('ignore|disregard|forget'),
    anyOf('all|everything|anything|what|whatever'),
    6,
    anyOf('above|before|so far|previously|you were asked|you were given|until now|prompt says'),
  ),
  chain(anyOf('disregard|ignore|forget'), 1, anyOf('prior|previous|above|earlier'), 'context'),
  chain(
    anyOf('ignore|disregard|forget|override|bypass|skip'),
    2,
    anyOf('rules|requirements|criteria|gates|checks'),
    2,
    anyOf('and|then|just|instead'),
    3,
    passing,
  ),
  chain(
    anyOf('your|previous|prior|earlier|above|original'),
    2,
    instructions,
    2,
    anyOf('are|is|have been|were'),
    2,
    anyOf('void|invalid|obsolete|cancelled|canceled|superseded|outdated|revoked|overridden|valid'),
  ),
  chain(
    instructions,
    anyOf('above|before|so far'),
    1,
    anyOf('are|is'),
    2,
    anyOf('void|invalid|obsolete|valid|cancelled|outdated|over'),
  ),
]

/** The same in other languages; Latin letters are folded like English ones. */
export const disregardsElsewhere: readonly RegExp[] = [
  chain(
    anyOf('ignoriere|ignorieren|ignoriert|vergiss|vergesst|missachte'),
    4,
    anyOf('anweisungen|anweisung|regeln|vorgaben|instruktionen'),
  ),
  chain(
    anyOf('ignorez|ignore|ignorer|oubliez|oublie'),
    3,
    anyOf('consignes|instructions|regles'),
    1,
    anyOf('precedentes|anterieures|ci dessus'),
  ),
  chain(
    anyOf('ignora|ignore|ignorar|ignoren|olvida|olvide|omite|esqueca|dimentica'),
    4,
    anyOf('instrucciones|instrucoes|istruzioni|reglas|regras|regole|indicaciones'),
  ),
  chain(anyOf('negeer|vergeet'), 3, anyOf('instructies|regels|aanwijzingen')),
  chain(
    anyOf('ignorer|ignorera|glem|glom|se bort fra'),
    3,
    anyOf('instruktioner|instruksjoner|anvisninger|regler|instrukser'),
  ),
  chain(
    anyOf('zignoruj|ignoruj|pomin|zapomen|ignorujte'),
    3,
    anyOf('instrukcje|polecenia|zasady|instrukce|pokyny'),
  ),
  chain(
    anyOf('onceki|yukaridaki|tum|butun'),
    2,
    anyOf('talimatlari|kurallari|komutlari'),
    1,
    anyOf('yok say|goz ardi et|unut|gormezden gel'),
  ),
  chain(anyOf('bo qua|hay quen'), 3, anyOf('huong dan|chi dan|quy tac|lenh')),
  chain(anyOf('abaikan|lupakan'), 2, anyOf('instruksi|perintah|aturan')),
  /(?:игнорируй|проигнорируй|забудь|не следуй|ігноруй|проігноруй)\p{L}*(?: \p{L}+){0,4} (?:инструкци|указани|правил|інструкці|вказівк)/u,
  /αγνοησε\p{L}*(?: \p{L}+){0,4} (?:οδηγι|κανον|εντολ)/u,
  /(?:تجاهل|انس)\p{L}*(?: [\p{L}\p{M}]+){0,3} (?:ال)?(?:تعليمات|اوامر|أوامر|قواعد)/u,
  /(?:ہدایات|دستورالعمل|دستورات)(?: [\p{L}\p{M}]+){0,4} (?:نظر انداز|نادیده)/u,
  /(?:התעלם|התעלמי|שכח)(?: \p{L}+){0,3} (?:ה)?(?:הוראות|כללים)/u,
  /(?:निर्देश|नियम)[\p{L}\p{M}]*(?: [\p{L}\p{M}]+){0,3} (?:अनदेखा|नज़रअंदाज|भूल)/u,
  /(?:เพิกเฉย|ละเว้น|ไม่ต้องสนใจ).{0,20}(?:คำสั่ง|คำแนะนำ|กฎ)/u,
  /(?:忽略|无视|忽視|無視|忘记|不要理会).{0,12}(?:指令|指示|规则|規則|提示|命令)/u,
  /(?:指示|命令|ルール|プロンプト).{0,6}(?:無視|忘れ)/u,
  /(?:이전|위의|모든).{0,10}(?:지시|명령|규칙).{0,6}(?:무시|잊)/u,
]
