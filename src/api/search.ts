import { DEEPEST } from '../search/search';
import type { Suggestion } from '../search/types';
import { nextPage, workAnswer } from './answers';
import { route } from './route';
import { searchQuery, suggestQuery } from './schemas';

export const searchRoutes = [
  route({
    method: 'get',
    path: '/search',
    operationId: 'search',
    tag: 'search',
    summary: 'Works that answer a question, each with its best pages',
    description:
      'The words of `q` are found in any of their inflected forms; "exact phrases", -without, OR, title:, author:, ' +
      'subject:, year:, type:, language:, speciality:, udc: and bbk: are understood, each also with a minus before it. ' +
      'Several values of one parameter widen the result, several parameters narrow it. Texts closed to whoever asks ' +
      'show in no hit, count or passage.',
    query: searchQuery,
    answer: { status: 200, description: 'What was found.', schema: 'SearchResult' },
    problems: [],
    async handle(call) {
      const { house, visitor, query } = call;
      const found = await house.search.query(visitor, query);
      const hits = found.hits.map(({ workId, work, ...hit }) => ({ work: workAnswer(call, work), ...hit }));
      const { total, facets, suggestion, tookMs, cut } = found;
      const next = nextPage(call, query, Math.min(found.indexed, DEEPEST));
      return { status: 200, body: { total, hits, facets, suggestion, tookMs, cut, next } };
    },
  }),
  route({
    method: 'get',
    path: '/suggest',
    operationId: 'suggest',
    tag: 'search',
    summary: 'Titles, names, subjects and collections that start so, misspelt or not',
    query: suggestQuery,
    answer: { status: 200, description: 'What may be meant, the likeliest first.', schema: 'SuggestionList' },
    problems: [],
    async handle({ house, query }) {
      const found = await house.search.suggest(query.q, query.limit);
      const items = found.map((one) => ({ ...one, id: idOf(one), url: house.config.baseUrl + pathOf(one) }));
      return { status: 200, body: { total: items.length, items, next: null } };
    },
  }),
];

/** The index tells people from names by a word before the number; `kind` says it already. */
const idOf = ({ kind, id }: Suggestion): string => (kind === 'person' ? id.replace('person:', '') : id);

/** The page for people of what is suggested. */
function pathOf(suggestion: Suggestion): string {
  const id = idOf(suggestion);
  switch (suggestion.kind) {
    case 'work':
      return `/works/${id}`;
    case 'person': // a name that no authority record stands behind has no page of its own
      return suggestion.id.startsWith('person:') ? `/people/${id}` : `/search?author=${encodeURIComponent(id)}`;
    case 'collection':
      return `/collections/${encodeURIComponent(id)}`;
    case 'subject':
      return `/search?subject=${encodeURIComponent(id)}`;
  }
}
