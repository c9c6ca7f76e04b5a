import { mkdir, rm, symlink } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import path from 'node:path';
import { ExtractionFailed } from './extraction-failed';
import { DEFAULT_LIMITS, KillableProcess, ProcessKilled } from './killable-process';
import { findProgram, ProgramFailed, type RunProgram, runProgram } from './outside-program';
import { type TsvPage, TsvReader } from './tsv';

/** Reads the text off a picture of a page, with the place of each word and how sure it is. */
export interface Recogniser {
  readonly name: string;
  /** Pages it reads at the same time with profit. */
  readonly atOnce: number;
  /** `picture` is a PGM of `dpi`. @throws ExtractionFailed when it takes too long or too much */
  recognise(picture: string, dpi: number, languages: readonly string[]): Promise<TsvPage | null>;
  close(): Promise<void>;
}

const LIMITS = { timeoutMs: 120_000, memoryBytes: 2_000_000_000, outputBytes: 50_000_000, niceness: 15 };

/** The models that read a work in these languages (ISO 639), in the order tesseract is told them. */
export function modelsFor(languages: readonly string[]): string[] {
  const models = new Set<string>();
  // kir reads Kyrgyz and Russian letters both; rus alone silently turns ө ү ң into о у н.
  if (languages.length === 0 || languages.some((code) => !['tr', 'en'].includes(code))) models.add('kir').add('rus');
  if (languages.includes('tr')) models.add('tur');
  models.add('eng');
  return [...models];
}

/** The tesseract that is installed: the best and the fastest. */
export class TesseractProgram implements Recogniser {
  readonly name = 'tesseract';
  /** A process a core, at the lowest priority; each takes up to half a gigabyte for a large page. */
  readonly atOnce = Math.max(1, Math.min(availableParallelism(), Math.floor(totalmem() / 1e9)));

  constructor(
    private readonly program: string,
    private readonly installed: readonly string[],
    private readonly run = runProgram,
  ) {}

  static async find(program = findProgram('tesseract'), run?: RunProgram): Promise<TesseractProgram | null> {
    if (!program) return null;
    const listed = await runProgram(program, ['--list-langs'], LIMITS).catch(() => Buffer.alloc(0));
    const installed = listed
      .toString('utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
    // Without the Kyrgyz model it would read another language into Kyrgyz books: worse than not at all.
    return installed.includes('kir') ? new TesseractProgram(program, installed, run) : null;
  }

  async recognise(picture: string, dpi: number, languages: readonly string[]): Promise<TsvPage | null> {
    const models = modelsFor(languages).filter((model) => this.installed.includes(model));
    try {
      const tsv = await this.run(
        this.program,
        [picture, 'stdout', '--dpi', String(dpi), '-l', models.join('+'), '--psm', '3', 'tsv'],
        { ...LIMITS, env: { OMP_THREAD_LIMIT: '1' } }, // its own threads make it three times as slow
      );
      return pageOf(tsv.toString('utf8'), dpi);
    } catch (error) {
      if (!(error instanceof ProgramFailed)) throw error;
      throw new ExtractionFailed(
        error.failure === 'time' ? 'tookTooLong' : error.failure === 'memory' ? 'tooMuchMemory' : 'programFailed',
        { cause: error },
      );
    }
  }

  async close(): Promise<void> {}
}

/** tesseract.js in a process of its own, with the models of npm packages: slower, but there on every machine. */
export class TesseractJs implements Recogniser {
  readonly name = 'tesseract.js';
  readonly atOnce = 1;
  private readonly child: KillableProcess;

  /** `folder` takes links to the models. */
  constructor(private readonly folder: string) {
    this.child = new KillableProcess(path.join(__dirname, 'recognise-process.js'), {
      ...DEFAULT_LIMITS,
      memoryBytes: 1_500_000_000,
      niceness: LIMITS.niceness,
    });
  }

  async recognise(picture: string, dpi: number, languages: readonly string[]): Promise<TsvPage | null> {
    const models = modelsFor(languages).filter((model) => model in MODELS);
    await this.gather(models);
    try {
      const tsv = await this.child.run<string>(
        'recognise',
        { picture, dpi, models, folder: this.folder },
        LIMITS.timeoutMs * 2,
      );
      return pageOf(tsv, dpi);
    } catch (error) {
      const why = error instanceof ProcessKilled ? error.why : 'crash';
      const reasons = { time: 'tookTooLong', memory: 'tooMuchMemory', crash: 'programFailed' } as const;
      throw new ExtractionFailed(reasons[why], { cause: error });
    }
  }

  close(): Promise<void> {
    return this.child.close();
  }

  /** The library wants all models in one folder; each comes in a package of its own. */
  private async gather(models: readonly string[]): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    for (const model of models) {
      const link = path.join(this.folder, `${model}.traineddata.gz`);
      const target = modelPath(model);
      await symlink(target, link).catch(async (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
        await rm(link, { force: true }); // the project may have moved since
        await symlink(target, link);
      });
    }
  }
}

/** There is no package of the Russian model; the Kyrgyz one reads Russian too. */
const MODELS: Record<string, string> = {
  kir: '@tesseract.js-data/kir',
  tur: '@tesseract.js-data/tur',
  eng: '@tesseract.js-data/eng',
};

const modelPath = (model: string): string =>
  path.join(
    path.dirname(require.resolve(`${MODELS[model]}/package.json`)),
    '4.0.0_best_int',
    `${model}.traineddata.gz`,
  );

function pageOf(tsv: string, dpi: number): TsvPage | null {
  const reader = new TsvReader(72 / dpi);
  const pages = [...reader.feed(tsv)];
  const last = reader.end();
  return pages[0] ?? last;
}
