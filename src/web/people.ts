import { Router } from 'express';
import { isStaff } from '../accounts/visitor';
import { NotFound } from '../errors';
import type { House } from '../house';
import { formatPartialDate } from '../i18n';
import { nameInReadingOrder } from '../language/names';
import type { Person } from '../people/people';
import { kept } from './kept';
import { addressOf, numberIn, pageIn, pagerOf, paragraphsOf, textFor, workLines } from './lines';
import { render, ScriptJson } from './view';

const PEOPLE_A_PAGE = 60;
const WORKS_A_PAGE = 50;

export function peopleRoutes(house: House): Router {
  const router = Router();
  const letters = kept(house, () => house.people.letters());

  router.get('/people', async (req, res) => {
    const page = pageIn(req.query.page);
    const bar = await letters();
    const letter = bar.find((entry) => entry.letter === req.query.letter)?.letter ?? null;
    const { total, items } = await house.people.list({
      letter: letter ?? undefined,
      limit: PEOPLE_A_PAGE,
      offset: (page - 1) * PEOPLE_A_PAGE,
    });
    render(house, req, res, 'people', {
      title: req.t('people.heading'),
      canonical: '/people',
      robots: page > 1 || letter ? 'noindex, follow' : null,
      description: req.t('people.lead'),
      letters: bar,
      letter,
      hrefOfLetter: (chosen: string | null) => addressOf('/people', { letter: chosen }),
      total,
      people: items.map((person) => ({
        href: `/people/${person.id}`,
        name: nameFor(person, req.language),
        years: yearsOf(person),
        position: person.position ?? person.degree,
        portrait: portraitAddress(person),
      })),
      pager: pagerOf(page, PEOPLE_A_PAGE, total, (n) => addressOf('/people', { letter, page: n > 1 ? n : null })),
    });
  });

  router.get('/people/:id', async (req, res) => {
    const id = numberIn(req.params.id);
    if (id === null) throw new NotFound();
    const person = await house.people.get(id);
    const { language, t } = req;
    const page = pageIn(req.query.page);
    const { total, ids } = await house.catalogue.worksBy(
      { personId: id },
      { limit: WORKS_A_PAGE, offset: (page - 1) * WORKS_A_PAGE },
    );
    const name = nameFor(person, language);
    const biography = textFor(person.biographies, language);
    const address = `/people/${id}`;
    const day = (value: string | null) => value && formatPartialDate(value, language);
    render(house, req, res, 'person', {
      title: name.value,
      canonical: address,
      robots: page > 1 ? 'noindex, follow' : null,
      description: biography?.value.replace(/\s+/g, ' ').slice(0, 300) ?? '',
      heading: name,
      years: yearsOf(person),
      portrait: portraitAddress(person),
      biographies: [
        ...person.biographies.filter((text) => text === biography),
        ...person.biographies.filter((text) => text !== biography),
      ].map((text) => ({ lang: text.lang, paragraphs: paragraphsOf(text.value) })),
      facts: [
        [t('people.degree'), person.degree],
        [t('people.position'), person.position],
        [t('people.department'), person.department],
        [t('people.born'), day(person.born)],
        [t('people.died'), day(person.died)],
      ].filter(([, value]) => value),
      otherNames: person.names.filter((other) => other.value !== name.value),
      orcid: person.orcid,
      weblinks: person.links,
      total,
      works: workLines(await house.works.publishedMany(ids), ids, req, house.today(), true),
      pager: pagerOf(page, WORKS_A_PAGE, total, (n) => addressOf(address, { page: n > 1 ? n : null })),
      mayEdit: isStaff(req.visitor),
      jsonLd: new ScriptJson({
        '@context': 'https://schema.org',
        '@type': 'Person',
        '@id': `${house.config.baseUrl}${address}`,
        name: nameInReadingOrder(person.mainName),
        alternateName: person.names.filter((other) => other.value !== person.mainName).map((other) => other.value),
        birthDate: person.born ?? undefined,
        deathDate: person.died ?? undefined,
        jobTitle: person.position ?? undefined,
        description: biography?.value.slice(0, 500),
        sameAs: [
          ...(person.orcid ? [`https://orcid.org/${person.orcid}`] : []),
          ...person.links.map((link) => link.url),
        ],
      }),
    });
  });

  router.get('/people/:id/portrait', async (req, res) => {
    const id = numberIn(req.params.id);
    if (id === null) throw new NotFound();
    const person = await house.people.get(id);
    const { path } = await house.authorities.portrait(person);
    res.type(person.portrait!.mediaType);
    res.setHeader('ETag', `"${person.portrait!.sha512.slice(0, 32)}"`);
    // Its address changes with the picture; taken away, it is gone within the hour.
    res.setHeader('Cache-Control', 'public, max-age=3600');
    res.sendFile(path, { dotfiles: 'allow', etag: false, lastModified: false, cacheControl: false });
  });

  return router;
}

/** The main name in the reader's language, else the one shown everywhere. */
function nameFor(person: Person, language: string): { value: string; lang: string } {
  const main = person.names.filter((name) => name.kind === 'main');
  return (
    main.find((name) => name.lang === language) ??
    person.names.find((name) => name.value === person.mainName) ?? { value: person.mainName, lang: language }
  );
}

/** «1905–1964» */
const yearsOf = ({ born, died }: Person): string =>
  born || died ? `${born?.slice(0, 4) ?? '?'}–${died?.slice(0, 4) ?? ''}` : '';

const portraitAddress = (person: Person): string | null =>
  person.portrait && `/people/${person.id}/portrait?${person.portrait.sha512.slice(0, 8)}`;
