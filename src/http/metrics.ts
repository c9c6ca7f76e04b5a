import type { Request, RequestHandler } from 'express';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { JobQueue } from '../jobs/jobs';

/** What the server measures of itself, for Prometheus. */
export class Metrics {
  private readonly registry = new Registry();
  private readonly requests = new Histogram({
    name: 'achyk_http_request_duration_seconds',
    help: 'Time from a request to the end of its answer, by route',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 1, 5, 30],
    registers: [this.registry],
  });
  private readonly searches = new Histogram({
    name: 'achyk_search_duration_seconds',
    help: 'Time a search took in the engine',
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2],
    registers: [this.registry],
  });
  private measuresProcess = false;

  constructor(jobs: JobQueue) {
    new Gauge({
      name: 'achyk_jobs',
      help: 'Jobs by state: waiting, running, dead (failed for good, a person must look)',
      labelNames: ['state'] as const,
      registers: [this.registry],
      async collect() {
        for (const [state, count] of Object.entries(await jobs.counts())) this.set({ state }, count);
      },
    });
  }

  /** Measures every request that passes. To stand before all doors. */
  measure(): RequestHandler {
    return (req, res, next) => {
      const end = this.requests.startTimer({ method: req.method });
      res.once('close', () => end({ route: routeOf(req), status: res.writableFinished ? res.statusCode : 'aborted' }));
      next();
    };
  }

  searchTook(milliseconds: number): void {
    this.searches.observe(milliseconds / 1000);
  }

  /** All measures as Prometheus reads them. */
  async text(): Promise<{ contentType: string; text: string }> {
    // Watching the garbage collector and the event loop costs a little, so it begins when somebody asks.
    if (!this.measuresProcess) collectDefaultMetrics({ register: this.registry });
    this.measuresProcess = true;
    return { contentType: this.registry.contentType, text: await this.registry.metrics() };
  }
}

/** The route as the program has it, never the address as it came: a label must not take endless values. */
function routeOf(req: Request): string {
  const route: unknown = req.route?.path;
  if (typeof route === 'string') return req.baseUrl + route;
  return req.baseUrl === '/assets' || req.baseUrl === '/oai' ? req.baseUrl : 'other';
}
