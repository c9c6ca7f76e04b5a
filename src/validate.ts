import type { z } from 'zod';
import { type FieldIssue, Invalid } from './errors';

/** `value` as `schema` wants it. `path` names the field when the schema is of one field alone. @throws Invalid */
export function validate<T extends z.ZodType>(schema: T, value: unknown, path = ''): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new Invalid(issuesOf(result.error, path));
}

/** The issues of a zod error in the house's form: messages that are no key of ours become `unknownValue`. */
export function issuesOf(error: z.ZodError, path = ''): FieldIssue[] {
  return error.issues.map((issue) => ({
    path: [path, ...issue.path.map(String)].filter(Boolean).join('.'),
    message: /^[a-z][A-Za-z]+$/.test(issue.message) ? issue.message : 'unknownValue',
    ...('maximum' in issue ? { params: { max: Number(issue.maximum) } } : {}),
  }));
}
