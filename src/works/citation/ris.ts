import { inverted } from './names';
import type { Reference } from './reference';

const TYPES: Partial<Record<Reference['type'], string>> = {
  'conference-paper': 'CPAPER',
  report: 'RPRT',
  patent: 'PAT',
};
const KINDS = { article: 'JOUR', part: 'CHAP', thesis: 'THES', book: 'BOOK', issue: 'JFULL', other: 'GEN' } as const;

/** An RIS record, as reference managers take it in: one tag a line, lines ended by CR LF. */
export function ris(reference: Reference): string {
  const { others, kind, pages } = reference;
  const [first, last] = pages?.split('–') ?? [];
  const [year, month, day] = reference.issued?.split('-') ?? [];
  const tags: [string, string | null | undefined | string[]][] = [
    ['TY', TYPES[reference.type] ?? KINDS[kind]],
    ['ID', String(reference.id)],
    ['AU', reference.authors.map(inverted)],
    [kind === 'part' ? 'A2' : 'ED', others.editor.map(inverted)],
    ['A3', kind === 'thesis' ? others.supervisor.map(inverted) : []],
    ['A4', others.translator.map(inverted)],
    ['TI', reference.title],
    ['TT', reference.translated],
    ['T2', kind === 'article' || kind === 'part' ? reference.container : null],
    ['PY', year],
    ['DA', month && `${year}/${month}/${day ?? ''}/`],
    ['VL', reference.volume],
    ['IS', reference.issue],
    ['SP', first],
    ['EP', last],
    ['PB', kind === 'thesis' ? (reference.institution ?? reference.publisher) : reference.publisher],
    ['CY', reference.place],
    ['M3', reference.thesisKind],
    ['SN', reference.isbn ?? reference.issn],
    ['DO', reference.doi],
    ['UR', reference.url],
    ['Y2', `${reference.accessedOn.replaceAll('-', '/')}/`],
    ['LA', reference.languages],
    ['KW', reference.keywords],
    ['AB', reference.abstract],
    ['ER', ''],
  ];
  return tags
    .flatMap(([tag, value]) =>
      (Array.isArray(value) ? value : [value])
        .filter((one) => one || tag === 'ER')
        .map((one) => `${tag}  - ${one!.replace(/\s+/g, ' ')}\r\n`),
    )
    .join('');
}
