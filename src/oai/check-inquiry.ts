import { OAI, Xml } from './xml-tree';

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

export type Pairs = [string, string][];
export interface Header {
  identifier: string;
  datestamp: string;
  sets: string[];
  isDeleted: boolean;
}
export interface Answer {
  request: string;
  root: Xml;
  codes: string[];
  echoed: Record<string, string>;
  headers: Header[];
  /** Null where there is no such element. */
  token: { text: string; attributes: Record<string, string> } | null;
}

export const SECONDS = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
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

/** Questions to one endpoint, what it has told of itself, and what was found amiss. */
export class Inquiry {
  readonly findings: Finding[] = [];
  requests = 0;
  records = 0;
  granularity = 'YYYY-MM-DDThh:mm:ssZ';
  keepsDeleted = true;
  earliest: string | null = null;
  /** Namespace by prefix. */
  readonly formats = new Map<string, string>();
  sets: string[] = [];
  /** False while `sets` may be only the first of them. */
  knowsAllSets = false;

  constructor(
    readonly baseUrl: string,
    readonly options: CheckOptions,
  ) {}

  /**
   * Goes on after `part` where that ended with an answer that cannot be read: what was found before is kept, and the
   * answer itself is among it.
   */
  async attempt(part: () => Promise<void>): Promise<void> {
    try {
      await part();
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
    }
  }

  /** @throws Unanswered when there is no answer, or none in XML. */
  async ask(pairs: Pairs, method: 'GET' | 'POST' = 'GET'): Promise<Answer> {
    const request = `${method} ${this.baseUrl}?${new URLSearchParams(pairs)}`;
    const told = { request };
    const { response, bytes } = await this.whole(pairs, { method });
    const text = new TextDecoder().decode(bytes);
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
      const problem = `not answered in well-formed XML in UTF-8 (HTTP ${response.status})`;
      this.broken(told, '3.1.2.1', `It is ${problem}: ${(cause as Error).message}.`);
      throw new Unanswered(`${request} is ${problem}.`, { cause });
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

  /** The whole response to one request. @throws Unanswered */
  async whole(pairs: Pairs, init: RequestInit): Promise<{ response: Response; bytes: Uint8Array }> {
    try {
      const response = await this.send(pairs, init);
      return { response, bytes: new Uint8Array(await response.arrayBuffer()) };
    } catch (cause) {
      const request = `${init.method ?? 'GET'} ${this.baseUrl}?${new URLSearchParams(pairs)}`;
      const { message, cause: deeper } = cause as Error & { cause?: Error };
      const problem = deeper instanceof Error ? deeper.message : message;
      this.broken({ request }, '3.1.2', `There is no answer: ${problem}.`);
      throw new Unanswered(`${request} is not answered: ${problem}.`, { cause });
    }
  }

  /** Comes back a few times when it is told when. */
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
        this.broken({ request: url }, '3.1.2.2', 'A 503 does not say in seconds when to come back (Retry-After).');
      await response.text();
      await new Promise((resolve) =>
        setTimeout(resolve, 1000 * Math.min(wait > 0 ? wait : 5, this.options.patienceSeconds ?? 60)),
      );
    }
  }

  get stamp(): RegExp {
    return this.granularity === 'YYYY-MM-DD' ? DAY : SECONDS;
  }

  broken(answer: Pick<Answer, 'request'>, section: string, message: string): void {
    this.report({ level: 'broken', section, message, request: answer.request });
  }

  doubt(answer: Pick<Answer, 'request'>, section: string, message: string): void {
    this.report({ level: 'doubt', section, message, request: answer.request });
  }

  /** The same fault on every page is one finding. */
  private report({ message, ...place }: Finding): void {
    const finding = { ...place, message: message.length > 500 ? `${message.slice(0, 500)}…` : message };
    const shape = (message: string) => message.replace(/\S*[\d:/]\S*/g, '#');
    const known = this.findings.some(
      (other) => other.section === finding.section && shape(other.message) === shape(finding.message),
    );
    if (!known) this.findings.push(finding);
  }
}

/** The endpoint gave no answer, or none that can be read. It is among the findings already. */
export class Unanswered extends Error {}

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
