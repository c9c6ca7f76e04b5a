import type { TestApp } from './app';

type Arguments = Record<string, string> | [string, string][];

/** One answer of `/oai`, taken apart far enough to ask it things. */
export interface OaiAnswer {
  xml: string;
  codes: string[];
  identifiers: string[];
  /** The text of the resumption token; empty for an empty one, null where there is none. */
  token: string | null;
  /** Attributes of the element `name`, the first of them. */
  attributes(name: string): Record<string, string> | null;
  all(name: string): string[];
}

export async function ask(app: TestApp, given: Arguments, by: 'GET' | 'POST' = 'GET'): Promise<OaiAnswer> {
  const query = new URLSearchParams(given).toString();
  const browser = app.browse();
  const response =
    by === 'GET'
      ? await browser.get(`/oai?${query}`).buffer(true)
      : await browser.post('/oai').set('Content-Type', 'application/x-www-form-urlencoded').send(query).buffer(true);
  if (response.status !== 200) throw new Error(`${response.status} ${response.text}`);
  return answer(response.text);
}

export function answer(xml: string): OaiAnswer {
  const all = (name: string) =>
    [...xml.matchAll(new RegExp(`<${name}(?: [^>]*)?>([^<]*)</${name}>`, 'g'))].map((match) => unescaped(match[1]!));
  const attributes = (name: string) => {
    const tag = new RegExp(`<${name}((?: [^>]*?)?)/?>`).exec(xml);
    return (
      tag &&
      Object.fromEntries(
        [...tag[1]!.matchAll(/ ([\w:]+)="([^"]*)"/g)].map(([, name, value]) => [name, unescaped(value!)]),
      )
    );
  };
  return {
    xml,
    codes: [...xml.matchAll(/<error code="(\w+)"/g)].map((match) => match[1]!),
    identifiers: all('identifier').filter((identifier) => identifier.startsWith('oai:')),
    token: attributes('resumptionToken') ? (all('resumptionToken')[0] ?? '') : null,
    attributes,
    all,
  };
}

/** Every page of a list, from the first to the one without a token. */
export async function harvest(
  app: TestApp,
  given: Record<string, string>,
  between: (page: number) => Promise<unknown> = async () => {},
): Promise<OaiAnswer[]> {
  const pages = [await ask(app, given)];
  while (pages.at(-1)!.token) {
    await between(pages.length);
    pages.push(await ask(app, { verb: given.verb!, resumptionToken: pages.at(-1)!.token! }));
    if (pages.length > 1000) throw new Error('The list does not end.');
  }
  return pages;
}

export const DC = { metadataPrefix: 'oai_dc' };

const unescaped = (text: string) =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
