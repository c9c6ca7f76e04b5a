import { OAI, Xml } from './xml-tree';

/** Walks any OAI-PMH endpoint as a harvester would, and says which rules of the protocol it breaks. */

export interface Finding {
  /** `broken`: the protocol says otherwise. `doubt`: allowed, but harvesters stumble over it. */
  level: 'broken' | 'doubt';
  /** The section of OAI-PMH 2.0, or of its guidelines. */
  section: string;
  message: string;
  /** The request that showed it. */
  request: string;
}

export interface CheckReport {
  baseUrl: string;
  requests: number;
  records: number;
  findings: Finding[];
}

export interface CheckOptions {
  /** Pages of a list to walk before it is taken as read. 20 unless told. */
  pages?: number;
  /** Told of each request. */
  progress?: (requests: number) => void;
  fetch?: typeof fetch;
  /** The longest Retry-After that is waited for. 60 seconds unless told. */
  patienceSeconds?: number;
}

/** @throws when the address gives no answer at all, or none in XML. */
export async function checkEndpoint(baseUrl: string, options: CheckOptions = {}): Promise<CheckReport> {
  return new Walk(baseUrl, options).walk();
}

const SECONDS = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const URI = /^[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9\-._~:/?#@!$&'()*+,;=[\]]|%[0-9A-Fa-f]{2})+$/;
const SET_SPEC = /^[A-Za-z0-9\-_.!~*'()]+(:[A-Za-z0-9\-_.!~*'()]+)*$/;
const ERROR_CODES = [
  'badArgument',
  'badResumptionToken',
  'badVerb',
  'cannotDisseminateFormat',
  'idDoesNotExist',
  'noRecordsMatch',
  'noMetadataFormats',
  'noSetHierarchy',
];

type Pairs = [string, string][];
interface Header {
  identifier: string;
  datestamp: string;
  sets: string[];
  isDeleted: boolean;
}
interface Answer {
  request: string;
  root: Xml;
  codes: string[];
  echoed: Record<string, string>;
  headers: Header[];
  /** Null where there is no such element. */
  token: { text: string; attributes: Record<string, string> } | null;
}

class Walk {
  private readonly findings: Finding[] = [];
  private requests = 0;
  private records = 0;
  private granularity = 'YYYY-MM-DDThh:mm:ssZ';
  private keepsDeleted = true;
  private earliest: string | null = null;
  private readonly formats = new Map<string, string>();
  private sets: string[] = [];

  constructor(
    private readonly baseUrl: string,
    private readonly options: CheckOptions,
  ) {}

  async walk(): Promise<CheckReport> {
    await this.identify();
    await this.wrongVerbs();
    await this.listMetadataFormats();
    await this.listSets();
    const headers = await this.list('ListIdentifiers', {});
    await this.list('ListRecords', {});
    if (headers.length > 0) {
      await this.singleRecords(headers);
      await this.selectively(headers);
      await this.bySets();
    }
    await this.wrongArguments(headers[0]);
    return { baseUrl: this.baseUrl, requests: this.requests, records: this.records, findings: this.findings };
  }

  private async identify(): Promise<void> {
    const answer = await this.ask([['verb', 'Identify']]);
    const identify = answer.root.child('Identify');
    if (!identify) return this.broken(answer, '4.2', 'Identify is answered without an Identify element.');
    const one = (name: string) => identify.children(name)[0]?.text ?? '';
    for (const name of [
      'repositoryName',
      'baseURL',
      'protocolVersion',
      'adminEmail',
      'earliestDatestamp',
      'deletedRecord',
      'granularity',
    ]) {
      if (one(name) === '') this.broken(answer, '4.2', `${name} is missing or empty.`);
    }
    if (one('protocolVersion') !== '2.0') this.broken(answer, '4.2', 'protocolVersion is not 2.0.');
    if (one('baseURL') && one('baseURL') !== this.baseUrl) {
      this.doubt(answer, '4.2', `baseURL is ${one('baseURL')}, not the address that was asked.`);
    }
    for (const email of identify.children('adminEmail')) {
      if (!/^\S+@(\S+\.)+\S+$/.test(email.text)) this.broken(answer, '4.2', `adminEmail ${email.text} is no address.`);
    }
    if (!['YYYY-MM-DD', 'YYYY-MM-DDThh:mm:ssZ'].includes(one('granularity'))) {
      this.broken(answer, '3.3.1', `granularity ${one('granularity')} is neither of the two.`);
    } else this.granularity = one('granularity');
    if (!this.stamp.test(one('earliestDatestamp'))) {
      this.broken(answer, '4.2', `earliestDatestamp ${one('earliestDatestamp')} is not of the granularity declared.`);
    } else this.earliest = one('earliestDatestamp');
    if (!['no', 'transient', 'persistent'].includes(one('deletedRecord'))) {
      this.broken(answer, '2.5.1', `deletedRecord ${one('deletedRecord')} is none of no, transient, persistent.`);
    }
    this.keepsDeleted = one('deletedRecord') !== 'no';
    if (one('deletedRecord') === 'no')
      this.doubt(answer, '2.5.1', 'Deletions are not told: what is gone stays in portals for ever.');
    for (const description of identify.children('description')) this.description(answer, description);

    const asked = identify.children('compression').map((element) => element.text);
    for (const encoding of asked.filter((name) => ['gzip', 'deflate'].includes(name))) {
      const response = await this.send([['verb', 'Identify']], { headers: { 'Accept-Encoding': encoding } });
      await response.text();
      if (response.headers.get('content-encoding') !== encoding) {
        this.broken(answer, '3.1.3', `${encoding} is declared as compression and not given when it is asked for.`);
      }
    }
    const posted = await this.ask([['verb', 'Identify']], 'POST');
    if (posted.root.child('Identify')?.text !== identify.text) {
      this.broken(posted, '3.1.1', 'POST is answered differently from GET.');
    }
  }

  private description(answer: Answer, description: Xml): void {
    const container = description.elements()[0];
    if (!container) {
      this.broken(answer, '4.2', 'A description is empty.');
      return;
    }
    if (!container.attribute('schemaLocation')) {
      this.broken(answer, '4.2', `The description ${container.name} names no schema (xsi:schemaLocation).`);
    }
    if (container.name === 'oai-identifier') {
      const id = container.children('repositoryIdentifier', null)[0]?.text ?? '';
      if (!/^[a-zA-Z][a-zA-Z0-9-]*(\.[a-zA-Z][a-zA-Z0-9-]*)+$/.test(id)) {
        this.broken(answer, 'oai-identifier', `repositoryIdentifier ${id} is no domain name with a dot.`);
      }
    }
  }

  private async wrongVerbs(): Promise<void> {
    await this.refuses([], 'badVerb', '3.6', 'A request without a verb');
    await this.refuses([['verb', 'Harvest']], 'badVerb', '3.6', 'An unknown verb');
    await this.refuses(
      [
        ['verb', 'Identify'],
        ['verb', 'Identify'],
      ],
      'badVerb',
      '3.6',
      'A repeated verb',
    );
  }

  private async listMetadataFormats(): Promise<void> {
    const answer = await this.ask([['verb', 'ListMetadataFormats']]);
    for (const format of answer.root.child('ListMetadataFormats')?.children('metadataFormat') ?? []) {
      const prefix = format.child('metadataPrefix')?.text ?? '';
      for (const name of ['schema', 'metadataNamespace']) {
        if (!format.child(name)?.text) this.broken(answer, '4.4', `The format ${prefix} has no ${name}.`);
      }
      if (this.formats.has(prefix)) this.broken(answer, '4.4', `The format ${prefix} is listed twice.`);
      this.formats.set(prefix, format.child('metadataNamespace')?.text ?? '');
    }
    if (!this.formats.has('oai_dc'))
      this.broken(answer, '2.4', 'oai_dc, which every repository must speak, is not listed.');
  }

  private async listSets(): Promise<void> {
    const first = await this.ask([['verb', 'ListSets']]);
    if (first.codes.includes('noSetHierarchy')) return;
    const seen = new Set<string>();
    for await (const page of this.pages(
      'ListSets',
      first,
      (answer) => answer.root.child('ListSets')?.children('set').length ?? 0,
    )) {
      for (const set of page.root.child('ListSets')?.children('set') ?? []) {
        const spec = set.child('setSpec')?.text ?? '';
        if (!SET_SPEC.test(spec)) this.broken(page, '2.6', `${spec} cannot be a setSpec.`);
        if (!set.child('setName')?.text) this.broken(page, '2.6', `The set ${spec} has no name.`);
        if (seen.has(spec)) this.broken(page, '2.6', `The set ${spec} is listed twice.`);
        seen.add(spec);
      }
    }
    this.sets = [...seen];
    for (const spec of seen) {
      const parent = spec.slice(0, Math.max(0, spec.lastIndexOf(':')));
      if (parent && !seen.has(parent))
        this.doubt(first, '2.6', `The set ${spec} stands below ${parent}, which is not listed.`);
    }
  }

  /** Walks a list from its beginning and looks at every record on the way. */
  private async list(verb: 'ListIdentifiers' | 'ListRecords', range: Record<string, string>): Promise<Header[]> {
    const given: Header[] = [];
    const first = await this.ask([['verb', verb], ['metadataPrefix', 'oai_dc'], ...Object.entries(range)]);
    if (first.codes.length > 0) {
      if (first.codes.some((code) => code !== 'noRecordsMatch')) {
        this.broken(
          first,
          verb === 'ListRecords' ? '4.5' : '4.3',
          `A plain ${verb} is refused: ${first.codes.join(', ')}.`,
        );
      }
      return given;
    }
    let second: Answer | null = null;
    for await (const page of this.pages(verb, first, (answer) => answer.headers.length)) {
      if (page !== first) second ??= page;
      for (const header of page.headers) this.header(page, header);
      if (verb === 'ListRecords') this.metadata(page);
      given.push(...page.headers);
      this.records += page.headers.length;
    }
    const twice = given.length - new Set(given.map((header) => header.identifier)).size;
    if (twice > 0)
      this.doubt(first, '3.5', `${twice} records were met twice in one list; right only if they changed meanwhile.`);
    if (second && first.token?.text) await this.tokens(verb, first, second);
    return given;
  }

  private header(page: Answer, { identifier, datestamp, sets, isDeleted }: Header): void {
    if (!URI.test(identifier)) this.broken(page, '2.4', `The identifier "${identifier}" is no URI.`);
    if (!this.stamp.test(datestamp)) {
      this.broken(page, '3.3.1', `The datestamp ${datestamp} of ${identifier} is not of the granularity declared.`);
    } else if (this.earliest && datestamp < this.earliest) {
      this.broken(page, '4.2', `${identifier} is dated ${datestamp}, before earliestDatestamp.`);
    }
    if (isDeleted && !this.keepsDeleted)
      this.broken(page, '2.5.1', `${identifier} is deleted, but deletedRecord says no.`);
    for (const set of sets) {
      if (this.sets.length > 0 && !this.sets.includes(set)) {
        this.broken(page, '2.6', `${identifier} is in ${set}, which ListSets does not name.`);
      }
    }
  }

  private metadata(page: Answer): void {
    for (const record of page.root.elements().flatMap((list) => list.children('record'))) {
      const header = record.child('header');
      const identifier = header?.child('identifier')?.text ?? '';
      const metadata = record.child('metadata');
      if (header?.attribute('status') === 'deleted') {
        if (metadata) this.broken(page, '2.5.1', `${identifier} is deleted and has metadata.`);
        continue;
      }
      const content = metadata?.elements() ?? [];
      if (content.length !== 1) {
        this.broken(page, '2.5', `${identifier} has ${content.length} elements as metadata, not one.`);
      } else if (content[0]!.namespace !== this.formats.get('oai_dc')) {
        this.broken(page, '2.5', `The metadata of ${identifier} is in the namespace ${content[0]!.namespace}.`);
      } else if (!content[0]!.attribute('schemaLocation')) {
        this.doubt(page, '3.4', `The metadata of ${identifier} names no schema (xsi:schemaLocation).`);
      }
    }
  }

  /** The pages of a list: cursor, size, expiry and end of its tokens are looked at on the way. */
  private async *pages(verb: string, first: Answer, count: (answer: Answer) => number): AsyncGenerator<Answer> {
    let given = 0;
    let size: string | undefined;
    let page = first;
    for (let number = 1; ; number++) {
      yield page;
      const { token } = page;
      if (!token) {
        if (number > 1) this.broken(page, '3.5', 'The last of several pages has no empty resumptionToken.');
        return;
      }
      const { cursor, completeListSize, expirationDate } = token.attributes;
      if (cursor !== undefined && Number(cursor) !== given) {
        this.broken(page, '3.5', `cursor is ${cursor} after ${given} were given.`);
      }
      if (completeListSize !== undefined && !(Number(completeListSize) > 0)) {
        this.broken(page, '3.5', `completeListSize is ${completeListSize}; it must be above 0.`);
      }
      if (expirationDate !== undefined && !SECONDS.test(expirationDate)) {
        this.broken(page, '3.5', `expirationDate ${expirationDate} is no UTC time to the second.`);
      } else if (expirationDate !== undefined && Date.parse(expirationDate) < Date.now() + 600_000) {
        this.doubt(page, '3.5', `The token is good until ${expirationDate}, too short for a slow harvester.`);
      }
      given += count(page);
      size ??= completeListSize;
      if (token.text === '') {
        if (number === 1) this.broken(page, '3.5', 'A list of one page ends with a resumptionToken.');
        if (size !== undefined && Number(size) !== given) {
          this.doubt(page, '3.5', `completeListSize was ${size}, and ${given} were given.`);
        }
        return;
      }
      if (number >= (this.options.pages ?? 20)) return;
      page = await this.ask([
        ['verb', verb],
        ['resumptionToken', token.text],
      ]);
      if (page.codes.length > 0) {
        this.broken(page, '3.5', `A token is refused in the middle of its list: ${page.codes.join(', ')}.`);
        return;
      }
    }
  }

  private async tokens(verb: string, first: Answer, second: Answer): Promise<void> {
    const token = first.token!.text;
    const again = await this.ask([
      ['verb', verb],
      ['resumptionToken', token],
    ]);
    if (again.headers.map((h) => h.identifier).join(' ') !== second.headers.map((h) => h.identifier).join(' ')) {
      this.broken(again, '3.5', 'The same token, sent again, gave another page.');
    }
    await this.refuses(
      [
        ['verb', verb],
        ['metadataPrefix', 'oai_dc'],
        ['resumptionToken', token],
      ],
      'badArgument',
      '3.5',
      'A token together with other arguments',
    );
    const other = verb === 'ListRecords' ? 'ListIdentifiers' : 'ListRecords';
    const foreign = await this.ask([
      ['verb', other],
      ['resumptionToken', token],
    ]);
    if (!foreign.codes.includes('badResumptionToken')) {
      this.doubt(foreign, '3.5', `A token of ${verb} is taken by ${other}.`);
    }
  }

  private async singleRecords(headers: Header[]): Promise<void> {
    const samples = [headers[0]!, headers.at(-1)!, ...headers.filter((header) => header.isDeleted).slice(0, 1)];
    for (const header of new Set(samples)) {
      const answer = await this.ask([
        ['verb', 'GetRecord'],
        ['metadataPrefix', 'oai_dc'],
        ['identifier', header.identifier],
      ]);
      const [single] = answer.headers;
      if (!single) {
        this.broken(answer, '4.1', `${header.identifier} is in the list and cannot be had alone.`);
        continue;
      }
      this.metadata(answer);
      const same = single.identifier === header.identifier && single.isDeleted === header.isDeleted;
      if (!same) this.broken(answer, '4.1', `${header.identifier} has another header alone than in the list.`);
      if (single.datestamp < header.datestamp) this.broken(answer, '4.1', `${header.identifier} was dated back.`);
    }
    const formats = await this.ask([
      ['verb', 'ListMetadataFormats'],
      ['identifier', headers[0]!.identifier],
    ]);
    if (formats.codes.includes('idDoesNotExist')) {
      this.broken(formats, '4.4', `${headers[0]!.identifier} is listed, and its formats are not.`);
    }
  }

  /** Both ends of a range belong to it, whatever the granularity. */
  private async selectively(headers: Header[]): Promise<void> {
    const { identifier, datestamp } = headers[headers.length >> 1]!;
    const day = datestamp.slice(0, 10);
    const ranges = [...new Set([datestamp, day])].flatMap((at) => [{ from: at, until: at }, { until: at }]);
    for (const range of ranges) {
      const walk = await this.ask([
        ['verb', 'ListIdentifiers'],
        ['metadataPrefix', 'oai_dc'],
        ...Object.entries(range),
      ]);
      const isWhole = walk.token === null;
      if (
        walk.codes.includes('noRecordsMatch') ||
        (isWhole && !walk.headers.some((h) => h.identifier === identifier))
      ) {
        this.broken(
          walk,
          '2.7.1',
          `${identifier} is dated ${datestamp} and not in the range ${JSON.stringify(range)}, whose ends belong to it.`,
        );
      }
      const outside = walk.headers.find((h) => h.datestamp.slice(0, range.until.length) > range.until);
      if (outside)
        this.broken(walk, '2.7.1', `${outside.identifier}, dated ${outside.datestamp}, is outside the range.`);
    }
    const future = await this.ask([
      ['verb', 'ListIdentifiers'],
      ['metadataPrefix', 'oai_dc'],
      ['from', '9998-01-01'],
    ]);
    if (!future.codes.includes('noRecordsMatch') && !future.codes.includes('badArgument')) {
      this.broken(future, '3.6', 'A range in the far future is answered with something.');
    }
  }

  private async bySets(): Promise<void> {
    const parents = this.sets.filter((spec) => this.sets.some((other) => other.startsWith(`${spec}:`)));
    const chosen = [...new Set([...parents.slice(0, 2), ...this.sets.slice(0, 3)])];
    for (const spec of chosen) {
      const whole = await this.ask([
        ['verb', 'ListIdentifiers'],
        ['metadataPrefix', 'oai_dc'],
        ['set', spec],
      ]);
      for (const { identifier, sets } of whole.headers) {
        if (!sets.some((set) => set === spec || set.startsWith(`${spec}:`))) {
          this.broken(whole, '2.7.2', `${identifier} is given for the set ${spec}, and its header does not say so.`);
        }
      }
      if (whole.token) continue; // too many to compare
      const child = this.sets.find((other) => other.startsWith(`${spec}:`));
      if (!child) continue;
      const inner = await this.ask([
        ['verb', 'ListIdentifiers'],
        ['metadataPrefix', 'oai_dc'],
        ['set', child],
      ]);
      const missing = inner.headers.find((h) => !whole.headers.some((other) => other.identifier === h.identifier));
      if (missing) this.broken(whole, '2.7.2', `${missing.identifier} is in ${child} and not in ${spec} above it.`);
    }
  }

  private async wrongArguments(header: Header | undefined): Promise<void> {
    const list: Pairs = [
      ['verb', 'ListIdentifiers'],
      ['metadataPrefix', 'oai_dc'],
    ];
    await this.refuses(
      [
        ['verb', 'Identify'],
        ['colour', 'red'],
      ],
      'badArgument',
      '3.6',
      'An unknown argument',
    );
    await this.refuses([['verb', 'ListIdentifiers']], 'badArgument', '3.6', 'A list without metadataPrefix');
    await this.refuses([...list, ['metadataPrefix', 'oai_dc']], 'badArgument', '3.6', 'A repeated argument');
    await this.refuses([...list, ['from', '2001-02-30']], 'badArgument', '3.3.1', 'The 30th of February');
    await this.refuses(
      [...list, ['from', '2002-01-01'], ['until', '2001-01-01']],
      'badArgument',
      '2.7.1',
      'A range that ends before it begins',
    );
    if (this.granularity !== 'YYYY-MM-DD') {
      await this.refuses(
        [...list, ['from', '2001-01-01'], ['until', '2002-01-01T00:00:00Z']],
        'badArgument',
        '2.7.1',
        'A range of two granularities',
      );
    }
    await this.refuses(
      [
        ['verb', 'ListIdentifiers'],
        ['metadataPrefix', 'no_such_format'],
      ],
      'cannotDisseminateFormat',
      '3.6',
      'An unknown format',
    );
    await this.refuses(
      [
        ['verb', 'ListIdentifiers'],
        ['resumptionToken', 'no-such-token'],
      ],
      'badResumptionToken',
      '3.5',
      'An unknown token',
    );
    await this.refuses(
      [
        ['verb', 'GetRecord'],
        ['metadataPrefix', 'oai_dc'],
        ['identifier', 'oai:no.such.place:0'],
      ],
      'idDoesNotExist',
      '3.6',
      'An unknown identifier',
    );
    if (header) {
      await this.refuses(
        [
          ['verb', 'GetRecord'],
          ['identifier', header.identifier],
        ],
        'badArgument',
        '3.6',
        'GetRecord without metadataPrefix',
      );
    }
  }

  private async refuses(pairs: Pairs, code: string, section: string, what: string): Promise<void> {
    const answer = await this.ask(pairs);
    if (!answer.codes.includes(code)) {
      this.broken(
        answer,
        section,
        `${what} is answered ${answer.codes.length ? `with ${answer.codes.join(', ')}` : 'as if it were right'}, not with ${code}.`,
      );
    }
    if (answer.codes.some((c) => c === 'badVerb' || c === 'badArgument') && Object.keys(answer.echoed).length > 0) {
      this.broken(answer, '3.2', `The request element of a ${code} repeats arguments; it must have no attributes.`);
    }
  }

  // One request

  private async ask(pairs: Pairs, method: 'GET' | 'POST' = 'GET'): Promise<Answer> {
    const response = await this.send(pairs, { method });
    const request = `${method} ${this.baseUrl}?${new URLSearchParams(pairs)}`;
    const bytes = new Uint8Array(await response.arrayBuffer());
    const text = new TextDecoder().decode(bytes);
    const told = { request } as Answer;
    if (response.status !== 200)
      this.broken(told, '3.1.2', `The HTTP status is ${response.status}; errors of the protocol travel as 200.`);
    if (!/^text\/xml\b/i.test(response.headers.get('content-type') ?? '')) {
      this.broken(told, '3.1.2.1', `The Content-Type is ${response.headers.get('content-type')}, not text/xml.`);
    }
    let root: Xml;
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes);
      root = Xml.parse(text);
    } catch (cause) {
      throw new Error(`${request} is not answered in well-formed XML in UTF-8 (HTTP ${response.status}).`, {
        cause,
      });
    }
    if (root.name !== 'OAI-PMH' || root.namespace !== OAI)
      this.broken(told, '3.2', 'The root is no OAI-PMH element of the protocol’s namespace.');
    const date = root.child('responseDate')?.text ?? '';
    if (!SECONDS.test(date)) this.broken(told, '3.2', `responseDate ${date} is no UTC time to the second with Z.`);
    const echo = root.child('request');
    const echoed = echo?.attributes() ?? {};
    const errors = root.children('error');
    for (const error of errors) {
      const code = error.attribute('code') ?? '';
      if (!ERROR_CODES.includes(code)) this.broken(told, '3.6', `${code} is no error code of the protocol.`);
    }
    const answer: Answer = {
      request,
      root,
      codes: errors.map((error) => error.attribute('code') ?? ''),
      echoed,
      headers: root
        .elements()
        .flatMap((list) => list.elements())
        .flatMap(headerOf),
      token: tokenOf(root),
    };
    if (!echo?.text) this.broken(answer, '3.2', 'The request element does not tell the base URL.');
    const isPlain = !answer.codes.some((code) => code === 'badVerb' || code === 'badArgument');
    if (isPlain && pairs.some(([name, value]) => echoed[name] !== value)) {
      this.broken(answer, '3.2', 'The request element does not repeat the arguments.');
    }
    return answer;
  }

  /** Comes back once when it is told when. */
  private async send(pairs: Pairs, init: RequestInit): Promise<Response> {
    const query = new URLSearchParams(pairs).toString();
    const [url, body] =
      init.method === 'POST' ? [this.baseUrl, { body: query, headers: FORM }] : [`${this.baseUrl}?${query}`, {}];
    for (let attempt = 1; ; attempt++) {
      this.options.progress?.(++this.requests);
      const response = await (this.options.fetch ?? fetch)(url, {
        ...init,
        ...body,
        signal: AbortSignal.timeout(120_000),
      });
      const wait = Number(response.headers.get('retry-after'));
      if (response.status !== 503 || attempt > 3) return response;
      if (!(wait > 0))
        this.broken(
          { request: url } as Answer,
          '3.1.2.2',
          'A 503 does not say in seconds when to come back (Retry-After).',
        );
      await response.text();
      await new Promise((resolve) =>
        setTimeout(resolve, 1000 * Math.min(wait > 0 ? wait : 5, this.options.patienceSeconds ?? 60)),
      );
    }
  }

  private get stamp(): RegExp {
    return this.granularity === 'YYYY-MM-DD' ? DAY : SECONDS;
  }

  private broken(answer: Pick<Answer, 'request'>, section: string, message: string): void {
    this.report({ level: 'broken', section, message, request: answer.request });
  }

  private doubt(answer: Pick<Answer, 'request'>, section: string, message: string): void {
    this.report({ level: 'doubt', section, message, request: answer.request });
  }

  /** The same fault on every page is one finding. */
  private report(finding: Finding): void {
    const shape = (message: string) => message.replace(/\S*[\d:/]\S*/g, '#');
    const known = this.findings.some(
      (other) => other.section === finding.section && shape(other.message) === shape(finding.message),
    );
    if (!known) this.findings.push(finding);
  }
}

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };

function headerOf(element: Xml): Header[] {
  const header = element.name === 'header' ? element : element.name === 'record' ? element.child('header') : null;
  if (!header) return [];
  return [
    {
      identifier: header.child('identifier')?.text ?? '',
      datestamp: header.child('datestamp')?.text ?? '',
      sets: header.children('setSpec').map((set) => set.text),
      isDeleted: header.attribute('status') === 'deleted',
    },
  ];
}

function tokenOf(root: Xml): Answer['token'] {
  const [token] = root.elements().flatMap((list) => list.children('resumptionToken'));
  return token ? { text: token.text, attributes: token.attributes() } : null;
}
