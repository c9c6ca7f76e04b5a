import type { App } from '../../src/app';

export interface KnownRoute {
  method: string;
  /** As it was registered, with what it is mounted under: `/api/v1/works/:id`. */
  path: string;
}

interface Listed {
  path: string | RegExp;
  methods?: string[];
  router?: { listRoutes(): Listed[] };
}

/** Every address the server answers, as its own routers list them; one for all methods is named once for each of `ALL`. */
export function routesOf(app: Pick<App, 'server'>): KnownRoute[] {
  const within = (router: { listRoutes(): Listed[] }, mount: string): KnownRoute[] =>
    router.listRoutes().flatMap(({ path, methods, router: inner }) => {
      if (typeof path !== 'string') throw new Error(`A route is a pattern and not a path: ${path}`);
      const full = `${mount}${path === '/' ? '' : path}` || '/';
      if (inner) return within(inner, full === '/' ? '' : full);
      return methods!.flatMap((method) => (method === '*' ? ALL : [method])).map((method) => ({ method, path: full }));
    });
  const routes = within((app.server as unknown as { router: { listRoutes(): Listed[] } }).router, '').map(
    ({ method, path }) => ({ method: method.toUpperCase(), path }),
  );
  return [...new Map(routes.map((route) => [`${route.method} ${route.path}`, route])).values()];
}

const ALL = ['get', 'head', 'post', 'put', 'patch', 'delete'];
