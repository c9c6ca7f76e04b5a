/**
 * The house's own errors. Below the doors nothing knows HTTP: a feature throws one of these and each door has one
 * place that translates it. `messageKey` names a sentence in `i18n/` for the person; `message` is for the log.
 */
export abstract class HouseError extends Error {
  constructor(
    readonly messageKey: string,
    readonly params: Record<string, string | number> = {},
    options?: ErrorOptions,
  ) {
    super(`${messageKey} ${JSON.stringify(params)}`, options);
    this.name = new.target.name;
  }
}

/** What was asked for is not here, or not for this visitor to know of. */
export class NotFound extends HouseError {
  constructor(messageKey = 'error.notFound', params: Record<string, string | number> = {}) {
    super(messageKey, params);
  }
}

/** It was here, and has been withdrawn for good. */
export class Gone extends HouseError {}

/** It is here, and this visitor may not. */
export class Forbidden extends HouseError {
  constructor(messageKey = 'error.forbidden', params: Record<string, string | number> = {}) {
    super(messageKey, params);
  }
}

/** Who is asking must be known first. */
export class SignInNeeded extends HouseError {
  constructor(messageKey = 'error.signInNeeded') {
    super(messageKey);
  }
}

/** The state of the thing does not allow the act. */
export class Conflict extends HouseError {}

/** Someone else changed it meanwhile. */
export class Outdated extends Conflict {
  constructor(messageKey = 'error.outdated') {
    super(messageKey);
  }
}

/** One field that the sender can mend. */
export interface FieldIssue {
  /** Where, as in `titles.0.value`; empty for the whole. */
  path: string;
  /** A key of `i18n/` without its prefix `invalid.`: `required`, `badDate`, … */
  message: string;
  params?: Record<string, string | number>;
}

/** What was sent cannot be taken as it is; `issues` says what to mend, field by field. */
export class Invalid extends HouseError {
  constructor(
    readonly issues: FieldIssue[],
    messageKey = 'error.invalid',
  ) {
    super(messageKey, { issues: issues.map((issue) => `${issue.path}: ${issue.message}`).join('; ') });
  }
}

/** Too much at once, or a neighbour is down; the same request may go through later. */
export class Busy extends HouseError {
  constructor(
    messageKey = 'error.busy',
    readonly retryAfterSeconds = 30,
  ) {
    super(messageKey);
  }
}
