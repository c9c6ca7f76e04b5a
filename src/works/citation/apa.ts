import { type CitedName, familyFirst, initialsFirst } from './names';
import { addressOf, editorsOf, ended, joined, type Reference } from './reference';

/** Publication Manual of the American Psychological Association, 7th edition: a reference list entry. */
export function apa(reference: Reference): string {
  const { kind, year, publisher } = reference;
  const date = `(${year ?? 'n.d.'}).`;
  const title = kind === 'issue' ? journal({ ...reference, container: titleOf(reference) }) : titleOf(reference);
  const makers = makersOf(reference);
  const start = makers
    ? `${makers.endsWith('.') ? makers : `${makers}.`} ${date} ${ended(title)}`
    : `${ended(title)} ${date}`;
  const middle =
    kind === 'article'
      ? ended(journal(reference))
      : kind === 'part'
        ? host(reference)
        : kind === 'thesis' || !publisher
          ? ''
          : ended(publisher);
  return [start, middle, addressOf(reference)].filter(Boolean).join(' ');
}

function makersOf(reference: Reference): string {
  const { authors, kind } = reference;
  if (authors.length > 0) return nameList(authors);
  const editors = editorsOf(reference);
  const role = reference.others.editor.length > 0 ? 'Ed' : 'Comp';
  return editors.length > 0 && kind !== 'part' ? `${nameList(editors)} (${role}${editors.length > 1 ? 's' : ''}.)` : '';
}

/** Up to twenty names; of more the first nineteen and the last (9.8). */
function nameList(names: readonly CitedName[]): string {
  const all = names.map(familyFirst);
  return all.length > 20 ? `${all.slice(0, 19).join(', ')}, … ${all.at(-1)}` : listOf(all);
}

const listOf = (names: readonly string[]): string =>
  names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')}, & ${names.at(-1)}`;

const NOTES: Partial<Record<Reference['type'], string>> = {
  report: 'Report',
  patent: 'Patent',
  lecture: 'Lecture notes',
};

/** The title, its English translation, and what kind of thing it is, where that does not go without saying. */
function titleOf({ title, translated, thesisKind, institution, type }: Reference): string {
  const note = thesisKind ? [thesisKind, institution].filter(Boolean).join(', ') : NOTES[type];
  return [title, translated && `[${translated}]`, note && `[${note}]`].filter(Boolean).join(' ');
}

function journal({ container, volume, issue, pages }: Reference): string {
  const number = volume ? `${volume}${issue ? `(${issue})` : ''}` : issue ? `(${issue})` : null;
  return [container, number, pages].filter(Boolean).join(', ');
}

function host({ container, others, volume, pages, publisher }: Reference): string {
  const editors = others.editor.map(initialsFirst);
  const by = editors.length > 0 ? `${joined(editors, ' & ')} (${editors.length > 1 ? 'Eds.' : 'Ed.'}), ` : '';
  const numbers = [volume && `Vol. ${volume}`, pages && `${pages.includes('–') ? 'pp.' : 'p.'} ${pages}`];
  const where = numbers.filter(Boolean).join(', ');
  const within = container ? ended(`In ${by}${container}${where ? ` (${where})` : ''}`) : '';
  return [within, publisher && ended(publisher)].filter(Boolean).join(' ');
}
