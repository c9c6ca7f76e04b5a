/**
 * A book put together from the pages of other files: a file of the work that lists them. Its bytes are this document,
 * so versions, access, archive and rebuild hold for it as for any file.
 */
export const BOOK_MEDIA_TYPE = 'application/vnd.achyk.book+json';
export const BOOK_NAME = 'book.json';

export const isBook = (file: { mediaType: string }): boolean => file.mediaType === BOOK_MEDIA_TYPE;
