/** Where the bytes of a file lie, and whose they are. @throws NotFound */
export type FindBytes = (
  fileId: number,
) => Promise<{ path: string; workId: number; mediaType: string; size: number; sha512: string }>;
