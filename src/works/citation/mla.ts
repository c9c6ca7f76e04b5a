import { direct, inverted } from './names';
import { addressOf, editorsOf, ended, joined, type Reference } from './reference';

const MONTHS = ['Jan.', 'Feb.', 'Mar.', 'Apr.', 'May', 'June', 'July', 'Aug.', 'Sept.', 'Oct.', 'Nov.', 'Dec.'];

/** MLA Handbook, 9th edition: a works-cited entry. */
export function mla(reference: Reference): string {
  const { kind, title, year, publisher, thesisKind, institution } = reference;
  const within = kind === 'article' || kind === 'part';
  const parts = [makers(reference), within ? `“${ended(title)}”` : kind === 'issue' ? '' : ended(title)];
  if (within) parts.push(listed(container(reference)));
  else if (kind === 'thesis') parts.push(listed([year]), listed([institution, lowerFirst(thesisKind ?? '')]));
  else parts.push(listed([...(kind === 'issue' ? [title, ...numbering(reference)] : []), publisher, year]));
  parts.push(`${addressOf(reference)}.`, `Accessed ${day(reference.accessedOn)}.`);
  return parts.filter(Boolean).join(' ');
}

/** One name, two, or the first and «et al.»; without authors the editors. */
function makers(reference: Reference): string {
  const { authors, kind } = reference;
  const editors = kind === 'part' ? [] : editorsOf(reference);
  const [first, ...more] = authors.length > 0 ? authors : editors;
  if (!first) return '';
  const names =
    more.length === 0
      ? inverted(first)
      : more.length === 1
        ? `${inverted(first)}, and ${direct(more[0]!)}`
        : `${inverted(first)}, et al.`;
  if (authors.length > 0) return ended(names);
  const role = reference.others.editor.length > 0 ? 'editor' : 'compiler';
  return ended(`${names}, ${role}${more.length > 0 ? 's' : ''}`);
}

const numbering = ({ volume, issue }: Reference) => [volume && `vol. ${volume}`, issue && `no. ${issue}`];

function container(reference: Reference) {
  const { container: title, others, publisher, year, pages, kind } = reference;
  const editors = kind === 'part' ? others.editor.map(direct) : [];
  return [
    title,
    editors.length > 0 && `edited by ${joined(editors, ' and ')}`,
    ...numbering(reference),
    kind === 'part' && publisher,
    year,
    pages && `${pages.includes('–') ? 'pp.' : 'p.'} ${pages}`,
  ];
}

const listed = (parts: readonly unknown[]): string => {
  const said = parts.filter(Boolean).join(', ');
  return said && ended(said);
};

/** «doctoral dissertation», but «Candidate of Sciences …», which is a name, as it is. */
const lowerFirst = (text: string): string =>
  text.includes(' of ') ? text : text.charAt(0).toLowerCase() + text.slice(1);

function day(date: string): string {
  const [year, month, dayOfMonth] = date.split('-');
  return `${Number(dayOfMonth)} ${MONTHS[Number(month) - 1]} ${year}`;
}
