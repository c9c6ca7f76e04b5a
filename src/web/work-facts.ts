import type { Request } from 'express';
import type { House } from '../house';
import { formatDay, formatPartialDate } from '../i18n';
import type { CollectionPath } from '../works/collections';
import type { Work } from '../works/work';
import { addressOf, people, sourceLine, textFor } from './lines';
import { languageName } from './view';

/** One value beside a name in the list of facts. */
interface Fact {
  text: string;
  href?: string;
  lang?: string;
  note?: string;
}

const IDENTIFIER_ADDRESSES: Record<string, (value: string) => string> = {
  doi: (value) => `https://doi.org/${encodeURI(value)}`,
  handle: (value) => (/^https?:/.test(value) ? value : `https://hdl.handle.net/${encodeURI(value)}`),
  url: (value) => value,
};

/** What the list of facts says, in its order. */
export function factsOf(
  house: House,
  req: Request,
  work: Work,
  paths: ReadonlyMap<string, CollectionPath>,
): { label: string; values: Fact[] }[] {
  const { t } = req;
  const { metadata } = work;
  const { thesis, rights } = metadata;
  const facts: { label: string; values: Fact[] }[] = [];
  const add = (label: string, ...values: (Fact | string | null | undefined | false)[]) => {
    const said = values.flatMap((value) => (value ? [typeof value === 'string' ? { text: value } : value] : []));
    if (said.length > 0) facts.push({ label, values: said });
  };

  add(t('work.type'), {
    text: t.tell(`type.${metadata.type}`),
    href: addressOf('/browse/types', { type: metadata.type }),
  });
  const otherRoles = metadata.contributors.map(({ role }) => role).filter((role) => !role.endsWith('author'));
  for (const role of new Set(otherRoles)) {
    add(
      t.tell(`role.${role}`),
      ...people(metadata.contributors, [role]).map((person) => ({
        text: person.name,
        href: person.href,
        note: person.affiliation ?? undefined,
      })),
    );
  }
  add(t('work.language'), ...metadata.languages.map((code) => languageName(code, req.language)));
  add(t('work.issued'), metadata.issued && formatPartialDate(metadata.issued, req.language));
  add(t('work.publisher'), [metadata.place, metadata.publisher].filter(Boolean).join(': '));
  add(t('work.source'), sourceLine(metadata, t), metadata.source?.issn && `ISSN ${metadata.source.issn}`);
  if (thesis) {
    add(t('work.degree'), thesis.degree && t.tell(`degree.${thesis.degree}`));
    add(t('work.speciality'), [thesis.specialityCode, thesis.specialityName].filter(Boolean).join(' — '));
    add(t('work.institution'), thesis.institution);
    add(t('work.department'), thesis.department);
    add(t('work.council'), thesis.council);
    add(t('work.defendedOn'), thesis.defendedOn && formatPartialDate(thesis.defendedOn, req.language));
  }
  add(t('work.extent'), metadata.extent);
  for (const scheme of ['udc', 'bbk', 'grnti', 'vak', 'lcc', 'ddc']) {
    add(
      t.tell(`work.scheme.${scheme}`),
      ...metadata.subjects
        .filter((subject) => subject.scheme === scheme)
        .map((subject) => ({ text: subject.value, href: addressOf('/browse/subjects', { subject: subject.value }) })),
    );
  }
  for (const scheme of [...new Set(metadata.identifiers.map((identifier) => identifier.scheme))]) {
    add(
      t.tell(`work.identifier.${scheme}`),
      ...metadata.identifiers
        .filter((identifier) => identifier.scheme === scheme)
        .map(({ value }) => ({ text: value, href: IDENTIFIER_ADDRESSES[scheme]?.(value) })),
    );
  }
  add(
    t('work.collections'),
    ...metadata.collections.flatMap((slug) => {
      const title = textFor(paths.get(slug)?.titles ?? [], req.language);
      return title ? [{ text: title.value, href: `/collections/${slug}`, lang: title.lang }] : [];
    }),
  );
  add(
    t('work.rights'),
    rights.licence && { text: t.tell(`work.licence.${rights.licence}`), href: licenceAddress(rights.licence) },
    rights.holder && `© ${rights.holder}`,
    rights.statement,
  );
  if (work.publishedAt) {
    add(t('work.publishedAt'), formatDay(work.publishedAt, req.language, house.config.timeZone));
  }
  return facts;
}

const LICENCE_ADDRESSES: Record<string, string> = {
  'CC0-1.0': 'https://creativecommons.org/publicdomain/zero/1.0/',
  'PDM-1.0': 'https://creativecommons.org/publicdomain/mark/1.0/',
  'in-copyright': 'https://rightsstatements.org/vocab/InC/1.0/',
};
export const licenceAddress = (licence: string): string =>
  LICENCE_ADDRESSES[licence] ??
  `https://creativecommons.org/licenses/${licence
    .replace(/^CC-/, '')
    .replace(/-4\.0$/, '')
    .toLowerCase()}/4.0/`;
