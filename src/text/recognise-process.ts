import { readFile } from 'node:fs/promises';
import { createWorker, OEM, type Worker } from 'tesseract.js';
import { answerTasks } from './killable-process';

/** What runs in the process of tesseract.js. The worker is kept as long as the models stay the same. */
let kept: { models: string; worker: Worker } | null = null;

async function workerFor(models: readonly string[], folder: string): Promise<Worker> {
  const wanted = models.join('+');
  if (kept?.models === wanted) return kept.worker;
  await kept?.worker.terminate();
  kept = null;
  const worker = await createWorker([...models], OEM.LSTM_ONLY, { langPath: folder, cacheMethod: 'none', gzip: true });
  kept = { models: wanted, worker };
  return worker;
}

answerTasks({
  recognise: async (input: { picture: string; dpi: number; models: string[]; folder: string }) => {
    const worker = await workerFor(input.models, input.folder);
    await worker.setParameters({ user_defined_dpi: String(input.dpi) });
    const { data } = await worker.recognize(await readFile(input.picture), {}, { tsv: true, text: false });
    return data.tsv ?? '';
  },
});
