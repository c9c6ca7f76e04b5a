import { randomBytes } from 'node:crypto';
import type { Accounts } from '../accounts/accounts';
import type { Clock } from '../clock';
import type { Config, Language } from '../config';
import type { Database } from '../database/database';
import type { RecordStore } from '../formats/records';
import { group, print, text } from '../formats/xml';
import { type Change, type ChangeLog, type ChangeRange, setState, state } from '../works/changes';
import type { CollectionStore } from '../works/collections';
import { type OaiRequest, type ProtocolError, Refused, readArguments, unknownFormat } from './arguments';
import { isEmail } from './email';
import { errorElements, header, record, response, resumption, rightsAbout, seconds } from './envelope';
import { describeSets, type OaiSet } from './sets';
import { type Position, readToken, TOKEN_LIFE_SECONDS, writeToken } from './token';

/**
 * Whom a harvester may write to: ADMIN_EMAIL, else the administrators, else the postmaster. The protocol wants one, with
 * a dotted domain.
 */
export async function adminEmails(accounts: Accounts, config: Config): Promise<string[]> {
  const administrators = (await accounts.list()).filter((account) => account.role === 'administrator');
  const candidates = config.adminEmail ? [config.adminEmail] : administrators.map((account) => account.email);
  const valid = candidates.filter(isEmail);
  return valid.length > 0 ? valid.slice(0, 1) : [`postmaster@${config.repositoryId}`];
}

export interface ProviderParts {
  db: Database;
  clock: Clock;
  changes: ChangeLog;
  records: RecordStore;
  collections: CollectionStore;
  repository: {
    name: string;
    /** A domain name: the namespace in `oai:ID:17`. */
    id: string;
    /** Of the whole site, without a slash at the end. */
    baseUrl: string;
    language: Language;
  };
  adminEmails: () => Promise<string[]>;
  pageSize: number;
  /** Other endpoints worth a harvester's visit. */
  friends?: string[];
  /** The licence of the metadata itself; CC0 unless told. */
  metadataLicence?: string;
}

const CC0 = 'https://creativecommons.org/publicdomain/zero/1.0/';

/** OAI-PMH 2.0: arguments in, one XML document out. It knows no HTTP. */
export class Provider {
  private secret: string | undefined;
  readonly baseUrl: string;

  constructor(private readonly parts: ProviderParts) {
    this.baseUrl = `${parts.repository.baseUrl}/oai`;
  }

  /**
   * The answer to one request. What the harvester did wrong is told in the answer; a fault of ours is thrown.
   * @param pairs names and values in the order they were sent.
   * @param mostRecords a page of ListRecords for somebody who wants no more at once; the next one goes on from there.
   */
  async answer(pairs: readonly (readonly [string, string])[], mostRecords = this.parts.pageSize): Promise<string> {
    // Taken before the catalogue is read: what changes meanwhile is then found by the next harvest from this date.
    const now = this.parts.clock.now();
    let request: OaiRequest | null = null;
    try {
      request = readArguments(pairs, (prefix) => this.parts.records.format(prefix) !== null);
      await this.parts.records.ready();
      return this.response(now, request, await this.verbs[request.verb](request, now, mostRecords));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      // After badVerb and badArgument there is no request that could be repeated (§3.2).
      return this.response(now, request, errorElements(error.errors));
    }
  }

  private readonly verbs: Record<
    OaiRequest['verb'],
    (request: OaiRequest, now: Date, most: number) => Promise<string>
  > = {
    Identify: (_, now) => this.identify(now),
    ListMetadataFormats: (request) => this.listMetadataFormats(request),
    ListSets: (request, now) => this.listSets(request, now),
    GetRecord: (request) => this.getRecord(request),
    ListIdentifiers: (request, now) => this.list(request, now),
    ListRecords: (request, now, most) => this.list(request, now, Math.min(most, this.parts.pageSize)),
  };

  private async identify(now: Date): Promise<string> {
    const { repository } = this.parts;
    const earliest = await this.parts.changes.reading((tx) => this.parts.changes.earliest(tx));
    return print(
      group(
        'Identify',
        {},
        text('repositoryName', repository.name),
        text('baseURL', this.baseUrl),
        text('protocolVersion', '2.0'),
        (await this.parts.adminEmails()).map((email) => text('adminEmail', email)),
        text('earliestDatestamp', earliest ?? seconds(now)),
        text('deletedRecord', 'persistent'),
        text('granularity', 'YYYY-MM-DDThh:mm:ssZ'),
        text('compression', 'gzip'),
        text('compression', 'deflate'),
        this.descriptions().map((description) => group('description', {}, description)),
      ),
    );
  }

  /** Containers of the implementation guidelines. oai-identifier wants its namespace as the default one. */
  private descriptions() {
    const { repository, friends = [] } = this.parts;
    const oai = 'http://www.openarchives.org/OAI/2.0/';
    const container = (
      name: string,
      namespace: string,
      schema: string,
      attributes: Record<string, string>,
      ...content: Parameters<typeof group>[2][]
    ) =>
      group(
        name,
        {
          xmlns: namespace,
          'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
          'xsi:schemaLocation': `${namespace} ${schema}`,
          ...attributes,
        },
        ...content,
      );
    return [
      container(
        'oai-identifier',
        `${oai}oai-identifier`,
        `${oai}oai-identifier.xsd`,
        {},
        text('scheme', 'oai'),
        text('repositoryIdentifier', repository.id),
        text('delimiter', ':'),
        text('sampleIdentifier', `oai:${repository.id}:17`),
      ),
      container(
        'branding',
        `${oai}branding/`,
        `${oai}branding.xsd`,
        {},
        group(
          'collectionIcon',
          {},
          text('url', `${repository.baseUrl}/assets/mark.svg`),
          text('link', repository.baseUrl),
          text('title', repository.name),
        ),
      ),
      container(
        'rightsManifest',
        `${oai}rights/`,
        `${oai}rightsManifest.xsd`,
        { appliesTo: `${oai}entity#metadata` },
        group('rights', {}, { name: 'rightsReference', attributes: { ref: this.metadataLicence }, content: [] }),
      ),
      container(
        'friends',
        `${oai}friends/`,
        `${oai}friends.xsd`,
        {},
        friends.map((friend) => text('baseURL', friend)),
      ),
    ];
  }

  private async listMetadataFormats({ given }: OaiRequest): Promise<string> {
    if (given.identifier !== undefined) {
      const change = await this.parts.changes.reading((tx) => this.find(tx, given.identifier!));
      if (!change) throw new Refused([unknownIdentifier(given.identifier)]);
    }
    return print(
      group(
        'ListMetadataFormats',
        {},
        this.parts.records.formats.map((format) =>
          group(
            'metadataFormat',
            {},
            text('metadataPrefix', format.prefix),
            text('schema', format.schema),
            text('metadataNamespace', format.namespace),
          ),
        ),
      ),
    );
  }

  private async listSets({ given }: OaiRequest, now: Date): Promise<string> {
    const position = await this.position(given.resumptionToken, 'ListSets', now);
    const sets = await this.parts.changes.reading(async (tx) =>
      describeSets(
        await this.parts.changes.sets(tx),
        (await this.parts.collections.in(tx).paths()).values(),
        this.parts.repository.language,
      ),
    );
    const rest = position ? sets.filter((set) => set.spec > position.after) : sets;
    // As in `list`: a list that has nothing left ends with what was given last.
    const page = rest.length > 0 ? rest.slice(0, this.parts.pageSize) : sets.slice(-1);
    const end = await this.resumption(
      {
        verb: 'ListSets',
        metadataPrefix: null,
        from: null,
        until: null,
        set: null,
        after: page.at(-1)!.spec,
        cursor: position?.cursor ?? 0,
        completeListSize: position?.completeListSize ?? sets.length,
      },
      Math.min(page.length, rest.length),
      rest.length > page.length,
      now,
    );
    return `<ListSets>${page.map(setElement).join('')}${end}</ListSets>`;
  }

  private async getRecord({ given }: OaiRequest): Promise<string> {
    const format = this.parts.records.format(given.metadataPrefix!);
    const found = await this.parts.changes.reading(async (tx) => {
      const change = await this.find(tx, given.identifier!);
      return { change, records: change && format && (await this.parts.records.of(tx, [change], format)) };
    });
    const errors: ProtocolError[] = [];
    if (!found.change) errors.push(unknownIdentifier(given.identifier!));
    if (!format) errors.push(unknownFormat(given.metadataPrefix!));
    if (errors.length > 0) throw new Refused(errors);
    const change = found.change!;
    const xml = (await this.parts.records.complete(found.records!, format!)).get(change.workId) ?? null;
    return `<GetRecord>${record(header(change, this.parts.repository.id), xml, this.about)}</GetRecord>`;
  }

  /**
   * ListRecords and ListIdentifiers: the same walk, with or without what the records say. Where the rest of a list has
   * changed meanwhile and left its range, nothing is lost and the list has ended well; but the protocol has no empty
   * last page. It gives the last record once more.
   */
  private async list(request: OaiRequest, now: Date, pageSize = this.parts.pageSize): Promise<string> {
    const { verb, given } = request;
    const position = await this.position(given.resumptionToken, verb, now);
    const prefix = position?.metadataPrefix ?? given.metadataPrefix!;
    const range: ChangeRange = position ?? { from: request.from, until: request.until, set: given.set };
    const format = this.parts.records.format(prefix);
    if (position && !format) throw new Refused([badToken]);

    const page = await this.parts.changes.reading(async (tx) => {
      const { changes, records } = this.parts;
      const after = typeof position?.after === 'number' ? position.after : 0;
      const found = await changes.changes(tx, range, pageSize + 1, after);
      const given = found.slice(0, pageSize);
      const again = position && given.length === 0 ? await changes.lastOf(tx, range, after) : null;
      if (again) given.push(again);
      return {
        given,
        /** Of those, how many are new to the harvester. */
        fresh: again ? 0 : given.length,
        isLast: found.length <= pageSize,
        size: position?.completeListSize ?? (found.length > pageSize ? await changes.count(tx, range) : given.length),
        records: format && verb === 'ListRecords' ? await records.of(tx, given, format) : null,
      };
    });
    const errors: ProtocolError[] = [];
    if (!format) errors.push(unknownFormat(prefix));
    if (page.given.length === 0) {
      errors.push({ code: 'noRecordsMatch', message: 'Nothing was changed in that range.' });
    }
    if (errors.length > 0) throw new Refused(errors);
    const xml = page.records && (await this.parts.records.complete(page.records, format!));

    // Readers' pages come in between the reading of a hundred records and their writing.
    await new Promise(setImmediate);
    const end = await this.resumption(
      {
        verb: verb as 'ListRecords' | 'ListIdentifiers',
        metadataPrefix: prefix,
        from: range.from ?? null,
        until: range.until ?? null,
        set: range.set ?? null,
        after: page.given.at(-1)!.number,
        cursor: position?.cursor ?? 0,
        completeListSize: page.size,
      },
      page.fresh,
      !page.isLast,
      now,
    );
    const { id } = this.parts.repository;
    const items = page.given.map((change) =>
      verb === 'ListIdentifiers'
        ? header(change, id)
        : record(header(change, id), xml?.get(change.workId) ?? null, this.about),
    );
    return `<${verb}>${items.join('')}${end}</${verb}>`;
  }

  /** Where `token` goes on, or null without one. @throws Refused when it is not for this verb. */
  private async position(token: string | undefined, verb: string, now: Date): Promise<Position | null> {
    if (token === undefined) return null;
    const position = readToken(token, await this.tokenSecret(), now);
    if (position?.verb !== verb) throw new Refused([badToken]);
    return position;
  }

  /**
   * The token after a page, the empty one after the last of several pages, nothing after an only page.
   * @param page `cursor` says how many were given before this page.
   */
  private async resumption(
    page: Omit<Position, 'expires' | 'cursor'> & { cursor: number },
    given: number,
    goesOn: boolean,
    now: Date,
  ): Promise<string> {
    if (!goesOn && page.cursor === 0) return '';
    const expires = Math.floor(now.getTime() / 1000) + TOKEN_LIFE_SECONDS;
    const token = goesOn
      ? writeToken({ ...page, cursor: page.cursor + given, expires }, await this.tokenSecret())
      : null;
    return resumption(token, {
      cursor: page.cursor,
      completeListSize: page.completeListSize,
      expires: new Date(expires * 1000),
    });
  }

  private async find(tx: Database, identifier: string): Promise<Change | null> {
    const prefix = `oai:${this.parts.repository.id}:`;
    const number = identifier.startsWith(prefix) ? identifier.slice(prefix.length) : '';
    return /^[1-9]\d{0,14}$/.test(number) ? this.parts.changes.of(tx, Number(number)) : null;
  }

  /** Made once and kept with the catalogue, so that a token survives a restart. */
  private async tokenSecret(): Promise<string> {
    this.secret ??= (await state(this.parts.db, 'token-secret')) ?? undefined;
    this.secret ??= await this.parts.db.transaction().execute(async (tx) => {
      const kept = await state(tx, 'token-secret'); // another process may just have made it
      if (kept) return kept;
      const fresh = randomBytes(32).toString('base64url');
      await setState(tx, 'token-secret', fresh);
      return fresh;
    });
    return this.secret;
  }

  private get metadataLicence(): string {
    return this.parts.metadataLicence ?? CC0;
  }

  private get about(): string {
    return rightsAbout(this.metadataLicence);
  }

  private response(now: Date, request: OaiRequest | null, body: string): string {
    return response({ baseUrl: this.baseUrl, now, request }, body);
  }
}

const badToken: ProtocolError = {
  code: 'badResumptionToken',
  message: 'This token is not one of ours, was given for another verb, or has expired. Begin the list again.',
};
const unknownIdentifier = (identifier: string): ProtocolError => ({
  code: 'idDoesNotExist',
  message: `There is no item ${identifier}.`,
});

function setElement(set: OaiSet): string {
  const described = group(
    'setDescription',
    {},
    group(
      'oai_dc:dc',
      {
        'xmlns:oai_dc': 'http://www.openarchives.org/OAI/2.0/oai_dc/',
        'xmlns:dc': 'http://purl.org/dc/elements/1.1/',
        'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
        'xsi:schemaLocation':
          'http://www.openarchives.org/OAI/2.0/oai_dc/ http://www.openarchives.org/OAI/2.0/oai_dc.xsd',
      },
      set.names.map(({ value, lang }) => text('dc:title', value, { 'xml:lang': lang })),
      set.descriptions.map(({ value, lang }) => text('dc:description', value, { 'xml:lang': lang })),
    ),
  );
  return print(group('set', {}, text('setSpec', set.spec), text('setName', set.name), described));
}
