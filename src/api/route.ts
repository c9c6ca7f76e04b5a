import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { Visitor } from '../accounts/visitor';
import type { House } from '../house';

export const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
export type Method = (typeof METHODS)[number];

/** What stands in an address between braces. */
export interface PathValues {
  id: number;
  fileId: number;
  slug: string;
}

/** A request, read: everything in it has passed its schema. */
export interface Call<Body, Query> {
  house: House;
  visitor: Visitor;
  path: PathValues;
  body: Body;
  query: Query;
  /** For what no schema tells: files that came along, conditions, streams. */
  req: Request;
  res: Response;
}

/** JSON to answer with. `undefined` as body: nothing. */
export interface Reply {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

/** A schema of the document's `components`, by its name. */
export type SchemaName =
  | 'Work'
  | 'WorkInput'
  | 'WorkList'
  | 'File'
  | 'FileChange'
  | 'Files'
  | 'BookPages'
  | 'BookPagesInput'
  | 'Person'
  | 'PersonInput'
  | 'PersonList'
  | 'Collection'
  | 'CollectionInput'
  | 'CollectionChange'
  | 'CollectionList'
  | 'SearchResult'
  | 'SuggestionList'
  | 'Comment'
  | 'Reason';

/** One request of the interface. The same entry answers it and describes it. */
export interface Route<Body extends z.ZodType = z.ZodType, Query extends z.ZodObject = z.ZodObject> {
  method: Method;
  /** Below /api/v1, as OpenAPI writes it: `/works/{id}/files/{fileId}`. */
  path: string;
  operationId: string;
  tag: 'works' | 'files' | 'review' | 'search' | 'people' | 'collections';
  summary: string;
  description?: string;
  /** Only for those who prove who they are. */
  signedIn?: boolean;
  query?: Query;
  /** JSON that the request brings. */
  body?: { name: SchemaName; schema: Body; optional?: boolean };
  /** Takes files, in the multipart field `file`. */
  takesFiles?: boolean;
  /** Has an ETag and heeds If-Match. */
  ifMatch?: boolean;
  answer: {
    status: 200 | 201 | 204;
    description: string;
    schema?: SchemaName | 'bytes';
    etag?: boolean;
    location?: boolean;
  };
  /** What may go wrong beyond what may always go wrong. */
  problems: readonly number[];
  /** Asked before any file is taken in. */
  before?: (call: Omit<Call<unknown, unknown>, 'body' | 'query'>) => Promise<void>;
  /** Gives null when it has answered by itself. */
  handle: (call: Call<z.output<Body>, z.output<Query>>) => Promise<Reply | null>;
}

/** Keeps the types of one route together; the table holds them all as plain routes. */
export const route = <Body extends z.ZodType, Query extends z.ZodObject>(entry: Route<Body, Query>): Route =>
  entry as unknown as Route;
