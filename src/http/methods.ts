import type { RequestHandler, Router } from 'express';

/** The address is known, and takes no request of this method. */
export class MethodNotAllowed extends Error {
  readonly status = 405;
}

/**
 * To stand behind all routes of an app: says 405, and which methods there are, where another method would have been
 * answered. What no route knows passes.
 */
export function refuseOtherMethods(): RequestHandler {
  let routes: readonly KnownRoute[] | undefined;
  return (req, res, next) => {
    routes ??= routesOf(req.app.router);
    const [path = ''] = req.originalUrl.split('?');
    const methods = new Set(routes.flatMap((route) => (route.pattern.test(path) ? route.methods : [])));
    if (methods.size === 0 || methods.has(req.method)) return next();
    if (methods.has('GET')) methods.add('HEAD');
    res.setHeader('Allow', [...methods].sort().join(', '));
    next(new MethodNotAllowed());
  };
}

interface KnownRoute {
  pattern: RegExp;
  methods: string[];
}

/** Every route of `router` and of the routers below it that stand at the root. */
function routesOf(router: Router): KnownRoute[] {
  return router.stack.flatMap((layer): KnownRoute[] => {
    if (layer.route) {
      const paths = [layer.route.path].flat() as string[];
      const methods = Object.keys((layer.route as unknown as { methods: object }).methods);
      return paths.map((path) => ({ pattern: patternOf(path), methods: methods.map((name) => name.toUpperCase()) }));
    }
    const below = layer.handle as Partial<Router>;
    return Array.isArray(below.stack) && (layer as { slash?: boolean }).slash ? routesOf(below as Router) : [];
  });
}

/** As Express reads a path of ours: letters and `:name`, in either case, with or without a slash at the end. */
const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replace(/[.+?^$()[\]\\{}|*]/g, '\\$&').replace(/:\w+/g, '[^/]+')}/?$`, 'i');
