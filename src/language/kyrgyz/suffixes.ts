/**
 * The endings of Kyrgyz, from the outside inwards. In a pattern A is а е о ө and I is ы и у ү by vowel harmony; D G B N L
 * are the consonants that change with the sound before them (д т, г к, б п, н д т, л д т). A pattern in round brackets
 * at the front, (I) or (с), stands only after a consonant or only after a vowel.
 *
 * Every ending belongs to a slot. A word is read from its end: after an ending of one slot only endings of the slots
 * named in `AFTER` may follow inwards, so that мөңгү-лөр-үбүз-дүн is taken apart and no ending is cut twice.
 */

export type Slot =
  | 'question'
  | 'person'
  | 'case'
  | 'possessedCase'
  | 'possessive'
  | 'plural'
  | 'derived'
  | 'finite'
  | 'participle'
  | 'verbalNoun'
  | 'negation'
  | 'voice';

export type Entry = readonly [pattern: string, cost: number];

/** What may stand to the left of an ending of this slot. `end`: where the word begins to be read. */
export const AFTER: Record<Slot | 'end', readonly Slot[]> = {
  end: [
    'question',
    'person',
    'case',
    'possessedCase',
    'possessive',
    'plural',
    'derived',
    'finite',
    'participle',
    'verbalNoun',
  ],
  question: ['person', 'case', 'possessedCase', 'possessive', 'plural', 'derived', 'finite', 'participle'],
  person: ['case', 'possessedCase', 'possessive', 'plural', 'derived', 'participle', 'verbalNoun'],
  case: ['possessive', 'plural', 'derived', 'participle', 'verbalNoun'],
  possessedCase: ['plural', 'derived', 'participle', 'verbalNoun'],
  possessive: ['plural', 'derived', 'participle', 'verbalNoun'],
  plural: ['derived', 'participle', 'verbalNoun'],
  derived: ['derived', 'verbalNoun'],
  finite: ['negation', 'voice'],
  participle: ['negation', 'voice'],
  verbalNoun: ['negation', 'voice'],
  negation: ['voice'],
  voice: ['voice'],
};

export const ENDINGS: Record<Slot, readonly Entry[]> = {
  question: [['BI', 2]],
  person: [
    ['мIн', 1],
    ['сIң', 1],
    ['BIз', 1.2],
    ['сIз', 1.2],
    ['сIздAр', 1],
    ['дIр', 1.2],
  ],
  case: [
    ['NIн', 0],
    ['NI', 0.1],
    ['GA', 0.1],
    ['DA', 0],
    ['DAн', 0],
    ['DAGI', 0],
    ['NIкI', 0.3],
    ['чA', 1],
    ['DAй', 0.5],
    ['DAGIлAр', 0.3],
    ['DAGIдAй', 0.5],
    ['GI', 0.6],
  ],
  possessedCase: [
    ['(с)Iн', 0.1],
    ['(с)IнIн', 0],
    ['(с)IнA', 0],
    ['(с)IндA', 0],
    ['(с)IнAн', 0],
    ['(с)IндAGI', 0],
    ['(с)IнчA', 0.5],
    ['(с)IндAй', 0.3],
    ['(I)мA', 0.4],
    ['(I)мдA', 0.3],
    ['(I)мдAн', 0.3],
    ['(I)мдIн', 0.3],
    ['(I)мдI', 0.3],
    ['(I)ңA', 0.5],
    ['(I)ңдI', 0.3],
    ['(I)ңдIн', 0.3],
  ],
  possessive: [
    ['(с)I', 0],
    ['(I)м', 0.8],
    ['(I)ң', 0.8],
    ['(I)бIз', 0.2],
    ['(I)ңIз', 0.4],
    ['(I)ңAр', 0.5],
    ['(I)ңIздAр', 0.4],
  ],
  plural: [['LAр', 0]],
  derived: [
    ['LIк', 0.1],
    ['LIG', 0.1],
    ['LUU', 0.2],
    ['сIз', 0.4],
    ['чI', 1.6],
    ['чIлIк', 1.2],
    ['чIлIG', 1.2],
    ['сIздIк', 0.6],
    ['LUUлIк', 0.6],
    ['дAш', 1.6],
    ['ий', 0.6],
    ['LAш', 2],
  ],
  finite: [
    ['DI', 0.2],
    ['DIм', 0.5],
    ['DIң', 0.6],
    ['DIк', 0.6],
    ['DIңIз', 0.5],
    ['DIңAр', 0.5],
    ['(I)п', 0.5],
    ['(I)птIр', 0.5],
    ['(A)т', 0.6],
    ['(й)т', 0.6],
    ['й', 0.7],
    ['A', 1],
    ['AбIз', 0.7],
    ['йбIз', 0.6],
    ['Aм', 1],
    ['йм', 0.8],
    ['AсIң', 0.8],
    ['сA', 0.7],
    ['сAк', 0.8],
    ['сIн', 0.7],
    ['Aр', 1],
    ['(й)сIз', 1],
    ['GIлA', 0.8],
    ['GAнчA', 0.5],
    ['GIчA', 0.6],
    ['бAйт', 0.2],
    ['пAйт', 0.2],
    ['бAй', 0.3],
    ['пAй', 0.3],
    ['бAс', 0.5],
    ['бAстAн', 0.3],
    ['пAстAн', 0.3],
    ['мAк', 0.8],
    ['мAкчI', 0.4],
    ['UUдA', 0.2],
    ['AлI', 0.8],
  ],
  participle: [
    ['GAн', 0.3],
    ['GAндIк', 0.4],
    ['GAндIG', 0.4],
    ['UUчU', 0.5],
    ['GIч', 1],
    ['GIдAй', 0.4],
    ['AрдIк', 0.6],
    ['йтUGAн', 0.4],
    ['GIс', 0.8],
    ['бAGAн', 0.2],
    ['пAGAн', 0.2],
    ['бAс', 0.6],
    ['мA', 1.6],
    ['Iндi', 2],
  ],
  verbalNoun: [
    ['UU', 0.2],
    ['Iш', 1.2],
  ],
  negation: [['BA', 0.5]],
  voice: [
    ['Iл', 0.1],
    ['Iн', 0.3],
    ['л', 0.2],
    ['н', 0.4],
    ['Iш', 1.3],
    ['ш', 1.5],
    ['DIр', 1.2],
    ['т', 1.2],
    ['GIз', 1.3],
  ],
};
