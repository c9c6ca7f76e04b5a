import type { FieldIssue } from '../errors';
import { issuesOf } from '../validate';
import { type Metadata, metadataSchema, missingForSubmission } from './schema';

/**
 * The best reading of what was typed so far, for lists and previews, and everything that is still wrong or missing.
 * A field that cannot be read is left out of the reading, never of the input.
 */
export function lenient(input: unknown): { metadata: Metadata; issues: FieldIssue[] } {
  const whole = metadataSchema.safeParse(input);
  if (whole.success) return { metadata: whole.data, issues: missingForSubmission(whole.data) };
  const given = (typeof input === 'object' && input !== null ? input : {}) as Record<string, unknown>;
  const readable: Record<string, unknown> = { type: 'other', titles: [] };
  for (const [name, schema] of Object.entries(metadataSchema.shape)) {
    const field = schema.safeParse(given[name]);
    if (field.success) readable[name] = field.data;
  }
  const metadata = { ...defaults, ...readable } as Metadata;
  const issues = issuesOf(whole.error);
  const named = new Set(issues.map((issue) => issue.path.split('.')[0]));
  return { metadata, issues: [...issues, ...missingForSubmission(metadata).filter((issue) => !named.has(issue.path))] };
}

const { titles: _, ...defaults } = metadataSchema.parse({ type: 'other', titles: [{ value: '–', lang: 'ky' }] });
