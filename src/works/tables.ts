import type { AccessLevel } from './schema';

export type DraftState = 'draft' | 'submitted' | 'returned' | 'rejected';

export type WorkTables = {
  works: {
    id: number;
    owner_id: number | null;
    state: 'unpublished' | 'published' | 'withdrawn';
    version: number;
    metadata: string | null;
    type: string | null;
    title_key: string | null;
    letter: string | null;
    year: number | null;
    access_level: AccessLevel | null;
    open_from: string | null;
    view_only: number;
    created_at: string;
    updated_at: string;
    published_at: string | null;
    withdrawn_at: string | null;
    withdrawn_reason: string | null;
    archive_version: number;
    change_number: number | null;
    datestamp: string | null;
  };
  drafts: {
    work_id: number;
    state: DraftState;
    input: string;
    revision: number;
    comment: string | null;
    licence_accepted_at: string | null;
    submitted_at: string | null;
    updated_by: number | null;
    created_at: string;
    updated_at: string;
  };
  versions: { work_id: number; number: number; metadata: string; published_at: string; published_by: number | null };
  work_contributors: {
    work_id: number;
    position: number;
    role: string;
    name: string;
    name_key: string;
    letter: string;
    person_id: number | null;
  };
  work_subjects: {
    work_id: number;
    position: number;
    scheme: string;
    value: string;
    value_key: string;
    letter: string;
    lang: string | null;
  };
  work_languages: { work_id: number; lang: string };
  work_identifiers: { work_id: number; scheme: string; value: string };
  work_collections: { work_id: number; collection_id: number };
  work_relations: { work_id: number; position: number; type: string; target: string };
  events: {
    id: number;
    work_id: number;
    at: string;
    account_id: number | null;
    act: string;
    version: number | null;
    comment: string | null;
  };
};
