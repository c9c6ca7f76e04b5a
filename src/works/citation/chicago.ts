import { direct, inverted } from './names';
import { addressOf, editorsOf, ended, joined, type Reference } from './reference';

const THESES: Record<string, string> = {
  'Doctoral dissertation': 'PhD diss.',
  'Candidate of Sciences dissertation': 'Candidate of Sciences diss.',
  'Doctor of Sciences dissertation': 'Doctor of Sciences diss.',
};

/** The Chicago Manual of Style, 17th edition, author-date: a reference list entry. */
export function chicago(reference: Reference): string {
  const { kind, year, place, publisher, thesisKind, institution } = reference;
  const quoted = kind === 'article' || kind === 'part' || kind === 'thesis';
  const title = kind === 'issue' ? journal({ ...reference, container: reference.title }) : reference.title;
  const name = quoted ? `“${ended(title)}”` : ended(title);
  const date = `${year ?? 'n.d'}.`;
  const by = makers(reference);
  const start = by ? `${by} ${date} ${name}` : `${name} ${date}`;
  const imprint = [place, publisher].filter(Boolean).join(': ');
  const middle =
    kind === 'article'
      ? ended(journal(reference))
      : kind === 'part'
        ? [host(reference), imprint && ended(imprint)].filter(Boolean).join(' ')
        : kind === 'thesis'
          ? ended([THESES[thesisKind!] ?? thesisKind, institution].filter(Boolean).join(', '))
          : imprint && ended(imprint);
  return [start, middle, `${addressOf(reference)}.`].filter(Boolean).join(' ');
}

/** Up to ten names; of more the first seven (15.9). */
function makers(reference: Reference): string {
  const { authors, kind } = reference;
  const editors = kind === 'part' ? [] : editorsOf(reference);
  const all = authors.length > 0 ? authors : editors;
  const [first, ...more] = all.length > 10 ? all.slice(0, 7) : all;
  if (!first) return '';
  const names = [inverted(first), ...more.map(direct)];
  const list =
    all.length > 10
      ? `${names.join(', ')}, et al.`
      : names.length === 2
        ? names.join(', and ')
        : joined(names, ' and ');
  if (authors.length > 0) return ended(list);
  const role = reference.others.editor.length > 0 ? 'ed' : 'comp';
  return `${list}, ${role}${all.length > 1 ? 's' : ''}.`;
}

function journal({ container, volume, issue, pages }: Reference): string {
  const number = volume ? `${volume}${issue ? ` (${issue})` : ''}` : issue ? `, no. ${issue}` : '';
  const at = `${container ?? ''}${number.startsWith(',') ? number : ` ${number}`}`.trim();
  return pages ? `${at}: ${pages}` : at;
}

function host({ container, others, volume, pages }: Reference): string {
  if (!container) return '';
  const editors = others.editor.map(direct);
  const parts = [
    `In ${container}`,
    volume && `vol. ${volume}`,
    editors.length > 0 && `edited by ${joined(editors, ' and ')}`,
    pages,
  ];
  return ended(parts.filter(Boolean).join(', '));
}
