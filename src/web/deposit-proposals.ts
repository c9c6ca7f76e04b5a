import { languageOf } from '../language/language-of';
import type { Description } from '../text/describe-pdf';
import { type Candidate, type FormValues, formOf } from './deposit-form';

/** What was found and is not in the form yet, by field. */
export function suggestionsFor(
  found: Description | null,
  form: FormValues,
): { field: string; label: string; values: string[] }[] {
  if (!found) return [];
  const has = (text: string) =>
    JSON.stringify(form).toLowerCase().includes(JSON.stringify(text).slice(1, -1).toLowerCase());
  const offers = [
    { field: 'title', label: 'deposit.titles', values: found.title ? [found.title] : [] },
    { field: 'authors', label: 'role.author', values: found.authors },
    { field: 'year', label: 'deposit.issued', values: found.year && !form.issued ? [String(found.year)] : [] },
    { field: 'udc', label: 'scheme.udc', values: found.udc ? [found.udc] : [] },
    { field: 'keywords', label: 'deposit.keywords', values: found.keywords },
    { field: 'abstract', label: 'deposit.abstracts', values: found.abstract ? [found.abstract] : [] },
  ];
  return offers
    .map((offer) => ({ ...offer, values: offer.values.filter((value) => !has(value)) }))
    .filter((offer) => offer.values.length > 0);
}

/** The typed metadata with what a person confirmed: one proposal, or all. */
export function confirmed(candidate: Candidate, found: Description, field: string): Candidate {
  const all = suggestionsFor(found, formOf(candidate)).filter((offer) => field === 'all' || offer.field === field);
  const values = (name: string) => all.find((offer) => offer.field === name)?.values ?? [];
  const [title] = values('title');
  const [abstract] = values('abstract');
  const main = languageOf([title, found.abstract, found.title].filter(Boolean).join('. ')) ?? 'ky';
  return {
    ...candidate,
    languages: candidate.languages.length > 0 || !title ? candidate.languages : [main],
    titles: title ? [...candidate.titles, { value: title, lang: languageOf(title) ?? main }] : candidate.titles,
    contributors: [
      ...candidate.contributors,
      ...values('authors').map((name) => ({ role: 'author', name, personId: null, affiliation: '', orcid: '' })),
    ],
    issued: values('year')[0] ?? candidate.issued,
    abstracts: abstract
      ? [...candidate.abstracts, { value: abstract, lang: languageOf(abstract) ?? main }]
      : candidate.abstracts,
    subjects: [
      ...candidate.subjects,
      ...values('keywords').map((value) => ({
        scheme: 'keyword',
        value,
        lang: languageOf(values('keywords').join(' ')) ?? main,
      })),
      ...values('udc').map((value) => ({ scheme: 'udc', value, lang: null })),
    ],
  } as Candidate;
}
