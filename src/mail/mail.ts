import nodemailer from 'nodemailer';

export interface Letter {
  to: { name: string; address: string };
  subject: string;
  /** Plain text; nothing in it reports that it was read. */
  text: string;
}

export interface Mail {
  /** Is a mail server configured? Without one no letter is promised. */
  readonly isConfigured: boolean;
  /** Hands a letter to the mail server. @throws when the server does not take it. */
  send(letter: Letter): Promise<void>;
  close(): void;
}

const TIMEOUT_MS = 30_000;

/** The mail server at `smtpUrl` (`smtp://…`, `smtps://…`), or none. `from` is the library's own address. */
export function openMail(smtpUrl: string | undefined, from: { name: string; address: string }): Mail {
  if (!smtpUrl) {
    return { isConfigured: false, send: () => Promise.reject(new Error('SMTP_URL is not set')), close: () => {} };
  }
  const transport = nodemailer.createTransport({
    url: smtpUrl,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    isConfigured: true,
    async send({ to, subject, text }) {
      // A machine wrote it: out-of-office answers should stay away.
      await transport.sendMail({ from, to, subject, text, headers: { 'Auto-Submitted': 'auto-generated' } });
    },
    close: () => transport.close(),
  };
}
