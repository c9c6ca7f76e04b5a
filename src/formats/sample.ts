import { type Metadata, metadataSchema, RELATION_TYPES, WORK_TYPES } from '../works/schema';
import type { AccessStatus, CatalogueRecord } from './record';

const STATUSES: AccessStatus[] = ['open', 'embargoed', 'restricted', 'closed', 'metadata-only'];

/**
 * Records that use every field, every type and every access, for the fingerprints of the formats: what would change
 * in somebody's record when a crosswalk changes, changes in one of these.
 */
export function sampleRecords(repository: CatalogueRecord['repository']): CatalogueRecord[] {
  return WORK_TYPES.flatMap((type, i) => [
    sampleRecord({ type, titles: [{ value: 'Аталыш', lang: 'ky' }] }, repository, STATUSES[i % STATUSES.length]!),
    sampleRecord(everything(type), repository, STATUSES[(i + 1) % STATUSES.length]!),
  ]);
}

export function sampleRecord(
  metadata: { type: Metadata['type']; titles: Metadata['titles'] } & Record<string, unknown>,
  repository: CatalogueRecord['repository'],
  status: AccessStatus,
): CatalogueRecord {
  const landingUrl = `${repository.baseUrl}/works/17`;
  const file = (id: number, role: 'main' | 'supplement') => ({
    id,
    role,
    name: `text ${id}.pdf`,
    size: 1000 + id,
    mediaType: 'application/pdf',
    sha512: String(id).padStart(128, '0'),
    access: status,
    url: status === 'open' ? `${landingUrl}/files/${id}/text%20${id}.pdf` : null,
  });
  return {
    id: 17,
    identifier: `oai:${repository.id}:17`,
    landingUrl,
    metadata: metadataSchema.parse(metadata),
    version: 2,
    publishedAt: '2024-02-03T04:05:06.789Z',
    updatedAt: '2025-03-04T05:06:07.890Z',
    access: {
      status,
      openFrom: status === 'embargoed' ? '2031-05-06' : null,
      viewOnly: status === 'restricted',
    },
    files: status === 'metadata-only' ? [] : [file(1, 'main'), file(2, 'supplement')],
    collections: [{ slug: 'theses', path: ['history', 'theses'], titles: [{ value: 'Тезистер', lang: 'ky' }] }],
    repository,
    authorities: new Map([
      [
        12,
        {
          name: 'Асанов, Үсөн Бакирович',
          orcid: '0000-0002-1825-0097',
          born: '1950',
          died: '2010-02-03',
          url: `${repository.baseUrl}/people/12`,
        },
      ],
    ]),
  };
}

function everything(type: Metadata['type']) {
  return {
    type,
    languages: ['ky', 'ru', 'de'],
    titles: [
      { value: 'Кыргыз тили : морфология', lang: 'ky' },
      { value: 'Киргизский язык : морфология', lang: 'ru' },
      { value: 'Kırgız dili', lang: 'tr' },
      { value: 'The Kyrgyz language', lang: 'en' },
    ],
    contributors: [
      { role: 'author', name: 'Асанов, Усен', personId: 12, affiliation: 'КНУ', orcid: '0000-0002-1825-0097' },
      { role: 'author', name: 'Аноним' },
      { role: 'corporate-author', name: 'Улуттук илимдер академиясы' },
      ...['supervisor', 'opponent', 'reviewer', 'editor', 'translator', 'compiler', 'illustrator'].map((role) => ({
        role,
        name: `Иванова, Анна Петровна`,
      })),
      { role: 'publisher', name: 'Илим' },
    ],
    abstracts: [
      { value: 'Биринчи абзац.\n\nЭкинчи абзац.', lang: 'ky' },
      { value: 'An abstract.', lang: 'en' },
    ],
    subjects: [
      { scheme: 'keyword', value: 'морфология', lang: 'ru' },
      ...['udc', 'bbk', 'grnti', 'vak', 'lcc', 'ddc'].map((scheme) => ({ scheme, value: '494.3' })),
    ],
    issued: '2021-03-24',
    publisher: 'Илим',
    place: 'Бишкек',
    extent: '156 б.',
    identifiers: [
      { scheme: 'doi', value: '10.1234/abc' },
      { scheme: 'handle', value: '123/456' },
      { scheme: 'isbn', value: '978-3-16-148410-0' },
      { scheme: 'issn', value: '2049-3630' },
      { scheme: 'url', value: 'https://example.org/a b' },
      { scheme: 'urn', value: 'urn:nbn:kg-1' },
      { scheme: 'other', value: 'инв. 17' },
    ],
    source: { title: 'КУУнун Жарчысы', volume: '3', issue: '2', pages: '14-21', issn: '2049-3630' },
    thesis: {
      degree: 'candidate',
      specialityCode: '10.02.01',
      specialityName: 'Кыргыз тили',
      institution: 'Кыргыз улуттук университети',
      department: 'Тил кафедрасы',
      council: 'Д 10.21.629',
      defendedOn: '2021-03-25',
    },
    relations: RELATION_TYPES.map((relation, i) => ({
      type: relation,
      target: i % 2 ? 'https://example.org/1' : 'Башка эмгек',
    })),
    rights: { licence: 'CC-BY-4.0', holder: 'Асанов У.', statement: 'Бардык укуктар корголгон.' },
    access: {},
    collections: ['theses'],
  };
}
