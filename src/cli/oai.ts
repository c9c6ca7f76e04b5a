import { checkEndpoint } from '../oai/check';
import { type Command, printJson, progressOf, Refused, WrongUsage } from './command';

export const oaiCheck: Command = {
  usage: 'oai check [URL] [--pages N]',
  about: 'walk an OAI-PMH endpoint (this one unless told) as a harvester and report each rule broken',
  takes: [0, 1],
  options: { pages: { type: 'string' } },
  run: async (call) => {
    const url = call.arguments[0] ?? `${call.config.baseUrl}/oai`;
    const pages = String(call.options.pages ?? 20);
    if (!/^[1-9]\d{0,8}$/.test(pages)) throw new WrongUsage(`--pages ${pages} is no number of pages from 1`);
    const progress = progressOf(call, 'Requests:');
    const report = await checkEndpoint(url, {
      pages: Number(pages),
      progress: (requests) => progress.show(requests),
    }).catch((error: Error) => {
      const { cause } = error as { cause?: Error };
      throw new Refused(
        `${url} cannot be checked: ${error.message}${cause ? ` (${cause.message.split('\n')[0]})` : ''}`,
      );
    });
    progress.end();
    const broken = report.findings.filter((finding) => finding.level === 'broken').length;
    if (call.json) printJson(call, report);
    else {
      for (const { level, section, message, request } of report.findings) {
        call.terminal.out(`${level === 'broken' ? 'BROKEN' : 'doubt '}  §${section}  ${message}\n        ${request}\n`);
      }
      call.terminal.out(`${report.requests} requests, ${report.records} records: ${broken} rules broken.\n`);
    }
    if (broken > 0) throw new Refused(`${broken} rules of OAI-PMH are broken at ${url}.`);
  },
};
