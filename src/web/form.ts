import type { Request } from 'express';
import { Conflict, Invalid, Outdated } from '../errors';
import type { House } from '../house';
import { problemOf } from '../http/problem';

/** What a form says after it was refused: a sentence for the whole, and one for each field. */
export interface FormErrors {
  status: number;
  message: string;
  issues: { path: string; message: string }[];
  /** The sentence beside the field `path`, or null. */
  at(path: string): string | null;
}

export const noErrors: FormErrors = { status: 200, message: '', issues: [], at: () => null };

/** The errors that a person at a form can mend; any other flies on to the error page. */
export function formErrors(error: unknown, req: Request, house: House): FormErrors {
  if (!(error instanceof Invalid || error instanceof Conflict) || error instanceof Outdated) throw error;
  const { status, message, issues } = problemOf(error, req, house.log);
  return errorsOf(issues, message, status);
}

/** As the views want them. */
export function errorsOf(issues: { path: string; message: string }[], message = '', status = 422): FormErrors {
  return { status, message, issues, at: (path) => issues.find((issue) => issue.path === path)?.message ?? null };
}

/** The text of a field, '' when there is none. */
export function fieldOf(req: Request, name: string): string {
  const value: unknown = (req.body as Record<string, unknown> | undefined)?.[name];
  return typeof value === 'string' ? value : '';
}

/** `next` when it is an address of ours, else `otherwise`: a sign-in must not send people to other sites. */
export function localPath(next: unknown, otherwise: string): string {
  if (typeof next !== 'string' || !/^\/(?![/\\])[^\u0000-\u0020\\]*$/.test(next)) return otherwise;
  const url = new URL(next, 'http://here.invalid');
  // Looked at again, for dot segments are gone now: /..//elsewhere has become //elsewhere.
  const isHere = url.origin === 'http://here.invalid' && !url.pathname.startsWith('//');
  return isHere ? url.pathname + url.search : otherwise;
}
