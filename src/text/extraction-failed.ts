import { HouseError } from '../errors';

/** Why a file, or one page of it, gave no text. Each is the sentence `text.reason.<name>` of `i18n/`. */
export const EXTRACTION_REASONS = [
  'encrypted',
  'damaged',
  'noPages',
  'tooManyPages',
  'tookTooLong',
  'tooMuchMemory',
  'tooMuchText',
  'tooLarge',
  'programFailed',
  'notReadable',
  'noDjvu',
] as const;
export type ExtractionReason = (typeof EXTRACTION_REASONS)[number];

/** The file gave no pages; `messageKey` is the sentence for the person who deposited it. */
export class ExtractionFailed extends HouseError {
  constructor(
    readonly reason: ExtractionReason,
    options?: ErrorOptions,
  ) {
    super(`text.reason.${reason}`, {}, options);
  }
}
