import type { Request } from 'express';
import type { FieldIssue } from '../errors';
import { sentenceOf } from '../http/problem';
import { CONTRIBUTOR_ROLES, DEGREES, FILE_ROLES, LICENCES, RELATION_TYPES, WORK_TYPES } from '../works/schema';
import { type FormValues, formOf, hasSource, hasThesis, isListName } from './deposit-form';
import { errorsOf, type FormErrors } from './form';

/** What the deposit form shows beside what was typed: rows to type into, choices, errors, another's version. */

/** A row to type into where a list has none, and one more of the list that was asked for. */
export function withBlankRows(form: FormValues, more: unknown): FormValues {
  const lang = form.languages[0] || 'ky';
  const row = (list: string): Record<string, string> =>
    list === 'contributors'
      ? { role: 'author', name: '', personId: '', affiliation: '', orcid: '' }
      : list === 'codes'
        ? { scheme: 'udc', value: '' }
        : list === 'identifiers'
          ? { scheme: hasSource(form.type) ? 'doi' : 'isbn', value: '' }
          : list === 'relations'
            ? { type: 'isPartOf', target: '' }
            : { value: '', lang };
  const filled = { ...form };
  for (const list of ['titles', 'contributors', 'abstracts', 'keywords'] as const) {
    if (filled[list].length === 0) filled[list] = [row(list)];
  }
  if (hasThesis(form.type) && !filled.contributors.some((each) => each.role === 'supervisor')) {
    filled.contributors = [...filled.contributors, { ...row('contributors'), role: 'supervisor' }];
  }
  if (isListName(more)) filled[more] = [...filled[more], row(more)];
  return filled;
}

/** Errors where the form shows them, each with the name of its field. */
export function shownErrors(req: Request, form: FormValues, issues: readonly FieldIssue[], status: number): FormErrors {
  return errorsOf(
    issues.map((issue) => {
      const path = form.fieldAt(issue.path);
      return { path, message: sentenceOf(issue, req), label: req.t.tell(labelOf(path)) };
    }),
    '',
    status,
  );
}

/** The message key that names a field. */
function labelOf(path: string): string {
  const [first = '', second = '', third = ''] = path.split('.');
  const named: Record<string, string> = {
    'source.title': 'deposit.sourceTitle',
    'source.issn': 'scheme.issn',
    'rights.licence': 'deposit.licence',
    'rights.holder': 'deposit.holder',
    'rights.statement': 'deposit.statement',
    'access.level': 'deposit.level',
    'access.openFrom': 'deposit.openFrom',
    'access.viewOnly': 'deposit.viewOnly',
    licenceAccepted: 'deposit.agreementTitle',
    file: 'deposit.files',
    relations: 'deposit.more',
  };
  if (named[path] ?? named[first]) return (named[path] ?? named[first])!;
  if (first === 'contributors' && third === 'orcid') return 'ORCID';
  if (first === 'source' || first === 'thesis') return `deposit.${second}`;
  return `deposit.${first}`;
}

/** What the other copy says otherwise, field by field, for a person to compare. */
export function differences(req: Request, theirs: unknown, mine: unknown) {
  const [other, own] = [printed(req, formOf(theirs)), printed(req, formOf(mine))];
  return Object.keys(own)
    .filter((label) => other[label] !== own[label])
    .map((label) => ({
      label,
      theirs: other[label] || req.t('deposit.empty'),
      yours: own[label] || req.t('deposit.empty'),
    }));
}

/** The form's values as a person reads them, by the name of their field. */
function printed(req: Request, form: FormValues): Record<string, string> {
  const { t } = req;
  const told = (prefix: string, value: string | undefined) => (value ? t.tell(`${prefix}.${value}`) : '');
  const joined = (parts: (string | undefined)[]) => parts.filter(Boolean).join(', ');
  const inLanguage = (rows: FormValues['titles']) => rows.map((row) => `${row.value} (${row.lang})`).join('\n');
  const { access, rights, source, thesis } = form;
  return {
    [t('deposit.type')]: told('type', form.type),
    [t('deposit.languages')]: joined(form.languages),
    [t('deposit.titles')]: inLanguage(form.titles),
    [t('deposit.contributors')]: form.contributors
      .map((row) => `${told('role', row.role)}: ${joined([row.name, row.affiliation, row.orcid])}`)
      .join('\n'),
    [t('deposit.thesis')]: joined([
      told('degree', thesis.degree),
      ...Object.entries(thesis).flatMap(([name, value]) => (name === 'degree' ? [] : value)),
    ]),
    [t('deposit.source')]: joined(Object.values(source)),
    [t('deposit.issued')]: form.issued,
    [t('deposit.publisher')]: form.publisher,
    [t('deposit.place')]: form.place,
    [t('deposit.extent')]: form.extent,
    [t('deposit.abstracts')]: inLanguage(form.abstracts),
    [t('deposit.keywords')]: inLanguage(form.keywords),
    [t('deposit.codes')]: form.codes.map((row) => `${told('scheme', row.scheme)} ${row.value}`).join('\n'),
    [t('deposit.identifiers')]: form.identifiers.map((row) => `${told('scheme', row.scheme)} ${row.value}`).join('\n'),
    [t('deposit.more')]: form.relations.map((row) => `${told('deposit.relation', row.type)} ${row.target}`).join('\n'),
    [t('deposit.level')]: told('access', access.level || 'open'),
    [t('deposit.openFrom')]: access.openFrom ?? '',
    [t('deposit.viewOnly')]: access.viewOnly ? '✓' : '',
    [t('deposit.licence')]: rights.licence ?? '',
    [t('deposit.holder')]: rights.holder ?? '',
    [t('deposit.statement')]: rights.statement ?? '',
    [t('deposit.collections')]: joined(form.collections),
  };
}

export function choicesOf(req: Request) {
  const { t } = req;
  const told = (prefix: string, values: readonly string[]): [string, string][] =>
    values.map((value) => [value, t.tell(`${prefix}.${value}`)]);
  return {
    types: [['', t('deposit.chooseType')], ...told('type', WORK_TYPES)],
    roles: told('role', CONTRIBUTOR_ROLES),
    degrees: [['', '–'], ...told('degree', DEGREES)],
    schemes: told('scheme', ['udc', 'bbk', 'grnti', 'vak', 'lcc', 'ddc']),
    identifiers: told('scheme', ['doi', 'isbn', 'issn', 'handle', 'url', 'urn', 'other']),
    relations: told('deposit.relation', RELATION_TYPES),
    licences: [
      ['', t('deposit.noLicence')],
      ...LICENCES.map((licence): [string, string] => [
        licence,
        licence === 'in-copyright'
          ? t('deposit.inCopyright')
          : licence === 'PDM-1.0'
            ? t('deposit.publicDomain')
            : licence.replace(/-(\d\.\d)$/, ' $1').replace(/^CC-/, 'CC '),
      ]),
    ],
    levels: told('access', ['open', 'registered', 'campus', 'closed']),
    fileRoles: told('fileRole', FILE_ROLES),
  };
}
