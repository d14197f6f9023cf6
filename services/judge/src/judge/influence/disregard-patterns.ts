import { chain, choose } from './phrases.ts'

const disregard =
  choose(`ignore|ignoring|disregard|forget|override|overrule|bypass|discard|drop all|
  do not follow|dont follow|do not obey|dont obey|stop following|stop obeying|pay no attention to|
  no longer follow|set aside|throw away|never mind`)
const instructions = choose(`instruction|instructions|rules|prompt|prompts|guideline|guidelines|
  directive|directives|orders|system message|system prompt|criteria|constraints`)
const earlier = `(?:(?:all|any|the|of|these|those) ?){0,3}${choose(`previous|prior|above|earlier|
  preceding|foregoing|former|initial|original|your|system|given|before|so far|judging|safety`)}`
const passing = choose('pass|approve|approved|accept|accepted')

/** Phrases that tell a reader to disregard its instructions. */
export const disregards: readonly RegExp[] = [
  chain(disregard, 4, earlier, 3, instructions),
  chain(disregard, 3, instructions, 1, earlier),
  chain(disregard, 2, instructions, choose('you were|you have|you got|you received|given'), 1),
  chain(
    choose('ignore|disregard|forget'),
    choose('all|any|the|these|those|every|of'),
    1,
    choose('instruction|instructions|directives'),
  ),
  chain(
    choose('ignore|disregard|forget'),
    choose('all|everything|anything|what|whatever'),
    6,
    choose('above|before|so far|previously|you were asked|you were given|until now|prompt says'),
  ),
  chain(choose('disregard|ignore|forget'), 1, choose('prior|previous|above|earlier'), 'context'),
  chain(
    choose('ignore|disregard|forget|override|bypass|skip'),
    2,
    choose('rules|requirements|criteria|gates|checks'),
    2,
    choose('and|then|just|instead'),
    3,
    passing,
  ),
  chain(
    choose('your|previous|prior|earlier|above|original'),
    2,
    instructions,
    2,
    choose('are|is|have been|were'),
    2,
    choose('void|invalid|obsolete|cancelled|canceled|superseded|outdated|revoked|overridden|valid'),
  ),
  chain(
    instructions,
    choose('above|before|so far'),
    1,
    choose('are|is'),
    2,
    choose('void|invalid|obsolete|valid|cancelled|outdated|over'),
  ),
]

/** The same in other languages; Latin letters are folded like English ones. */
export const disregardsElsewhere: readonly RegExp[] = [
  chain(
    choose('ignoriere|ignorieren|ignoriert|vergiss|vergesst|missachte'),
    4,
    choose('anweisungen|anweisung|regeln|vorgaben|instruktionen'),
  ),
  chain(
    choose('ignorez|ignore|ignorer|oubliez|oublie'),
    3,
    choose('consignes|instructions|regles'),
    1,
    choose('precedentes|anterieures|ci dessus'),
  ),
  chain(
    choose('ignora|ignore|ignorar|ignoren|olvida|olvide|omite|esqueca|dimentica'),
    4,
    choose('instrucciones|instrucoes|istruzioni|reglas|regras|regole|indicaciones'),
  ),
  chain(choose('negeer|vergeet'), 3, choose('instructies|regels|aanwijzingen')),
  chain(
    choose('ignorer|ignorera|glem|glom|se bort fra'),
    3,
    choose('instruktioner|instruksjoner|anvisninger|regler|instrukser'),
  ),
  chain(
    choose('zignoruj|ignoruj|pomin|zapomen|ignorujte'),
    3,
    choose('instrukcje|polecenia|zasady|instrukce|pokyny'),
  ),
  chain(
    choose('onceki|yukaridaki|tum|butun'),
    2,
    choose('talimatlari|kurallari|komutlari'),
    1,
    choose('yok say|goz ardi et|unut|gormezden gel'),
  ),
  chain(choose('bo qua|hay quen'), 3, choose('huong dan|chi dan|quy tac|lenh')),
  chain(choose('abaikan|lupakan'), 2, choose('instruksi|perintah|aturan')),
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
