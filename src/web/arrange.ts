import { type Request, type Response, Router } from 'express';
import { mayEdit, mayReview } from '../access/access';
import { labelTyped } from '../deposit/arrange-book';
import { Conflict, Invalid, NotFound, Outdated, SignInNeeded } from '../errors';
import type { House } from '../house';
import { sentenceOf } from '../http/problem';
import { type Book, type BookPage, labelled, NUMBERINGS, shownPages, TURNS, type Turn } from '../works/book';
import type { WorkingCopy } from '../works/draft-store';
import type { WorkFile } from '../works/work';
import { type ArrangeRow, inOrder, typedElsewhere, wasOf, withTyped } from './arrange-typed';
import { fieldOf } from './form';
import { render } from './view';

/** Pages on one screen: so many small pictures a browser fetches gladly, and so many cards a person surveys. */
const PAGES_A_SCREEN = 60;

/** The pages of a scanned book put in order, turned, left out and labelled: by its depositor, and by a librarian. */
export function arrangeRoutes(house: House): Router {
  const router = Router();
  const { deposits, books } = house;

  /** @param refused why what was typed is not saved: it stands on the screen again */
  const page = async (req: Request, res: Response, refused: Outdated | Invalid | null = null) => {
    const copy = await copyOf(house, req);
    const found = await books.of(copy.id);
    if (!found) throw new NotFound('book.none');
    const { file, book } = found;
    const screen = screenOf(req, book);
    const typed = refused ? ((req.body ?? {}) as Record<string, unknown>) : {};
    const stored = await rowsOf(house, copy, file, book, screen);
    const rows = withTyped(stored, typed);
    res.status(refused === null ? 200 : refused instanceof Outdated ? 412 : 422);
    render(house, req, res, 'arrange', {
      title: req.t('book.arrange'),
      robots: 'noindex',
      styles: 'arrange.css',
      copy,
      isReview: copy.state === 'submitted',
      stamp: file.sha512,
      saved: req.query.saved === '1',
      refused: refused && (refused instanceof Outdated ? req.t('book.outdated') : sentenceOf(refused.issues[0]!, req)),
      wrongField: refused instanceof Invalid ? refused.issues[0]!.path : null,
      elsewhere: elsewhereOf(req, book, screen, typed),
      storedOf: (row: ArrangeRow) => storedOf(req, row, stored.find(({ place }) => place === row.place)!),
      screen,
      total: book.pages.length,
      shown: shownPages(book).length,
      readHref: `/works/${copy.id}/files/${file.id}/read`,
      rows,
      order: rows.some((row, i) => row.place !== stored[i]!.place) ? rows.map((row) => row.place).join() : '',
      numbering: numberingOf(typed, book),
      numberings: NUMBERINGS.map((value) => [value, req.t.tell(`book.numbering.${value}`)]),
      turns: TURNS.map((turn) => [turn, req.t.tell(`book.turn.${turn}`)]),
      pager: pagerOf(book, screen),
    });
  };

  router.get('/deposit/:id/pages', (req, res) => page(req, res));

  router.post('/deposit/:id/pages', async (req, res) => {
    const copy = await copyOf(house, req);
    const [action = 'save', place = ''] = fieldOf(req, 'action').split(':');
    let goTo = '';
    try {
      await deposits.arrange(copy.id, req.visitor, fieldOf(req, 'stamp'), (book) => {
        const typed = req.body as Record<string, unknown>;
        let after = arranged(book, screenOf(req, book), typed);
        const chosen = Number(place);
        if ((action === 'up' || action === 'down') && Number.isSafeInteger(chosen)) {
          after = stepped(book, after, chosen, action === 'up' ? -1 : 1);
          goTo = `#p-${Math.min(Math.max(1, chosen + (action === 'up' ? -1 : 1)), book.pages.length)}`;
        }
        return action === 'number' ? numbered(after, typed) : after;
      });
    } catch (error) {
      if (!(error instanceof Outdated || error instanceof Invalid)) throw error;
      return page(req, res, error);
    }
    const from = Number(goTo.slice(3)) || screenOf(req, null).from;
    res.redirect(303, `/deposit/${copy.id}/pages?from=${firstOf(from)}&saved=1${goTo}`);
  });

  return router;
}

interface Screen {
  /** Places in the book, counted from 1, both included. */
  from: number;
  to: number;
}

const firstOf = (place: number): number => Math.floor((place - 1) / PAGES_A_SCREEN) * PAGES_A_SCREEN + 1;

function screenOf(req: Request, book: Book | null): Screen {
  const asked = Number(req.query.from);
  const last = book ? Math.max(1, book.pages.length) : Number.MAX_SAFE_INTEGER;
  const from = firstOf(Number.isSafeInteger(asked) && asked >= 1 ? Math.min(asked, last) : 1);
  return { from, to: Math.min(last, from + PAGES_A_SCREEN - 1) };
}

async function copyOf(house: House, req: Request): Promise<WorkingCopy> {
  const id = String(req.params.id);
  if (!/^[1-9]\d{0,14}$/.test(id)) throw new NotFound();
  if (req.visitor.role === null) throw new SignInNeeded();
  const copy = await house.deposits.copy(Number(id), req.visitor);
  const isTheirTurn = copy.state === 'submitted' ? mayReview(req.visitor, copy) : mayEdit(req.visitor, copy);
  if (!isTheirTurn) throw new Conflict('error.state', { state: copy.state });
  return copy;
}

/** The book as the form has it: what was typed for each page of the screen, then the new order. */
export function arranged(book: Book, screen: Screen, typed: Record<string, unknown>): Book {
  const text = (name: string) => (typeof typed[name] === 'string' ? (typed[name] as string) : '');
  const pages = book.pages.map((page, i): BookPage => {
    const name = `p.${i + 1}`;
    if (i + 1 < screen.from || i + 1 > screen.to || typed[`${name}.turn`] === undefined) return page;
    const turn = TURNS.find((known) => String(known) === text(`${name}.turn`)) ?? page.turn;
    const label = labelTyped(text(`${name}.label`));
    return { ...page, turn: turn as Turn, label, leftOut: text(`${name}.leftOut`) !== '' };
  });
  const places = inOrder(text('order'), { ...screen, to: Math.min(screen.to, pages.length) });
  const onScreen = places.map((place) => pages[place - 1]!);
  pages.splice(screen.from - 1, onScreen.length, ...onScreen);

  // Whoever typed another number than the page has now wants it there; the others close ranks.
  const leaving = places.flatMap((place, i) => {
    const wanted = Number(text(`p.${place}.place`));
    const stays = !Number.isSafeInteger(wanted) || wanted < 1 || wanted === screen.from + i;
    return stays ? [] : [{ page: onScreen[i]!, to: wanted }];
  });
  const gone = new Set(leaving.map((each) => each.page));
  const result = pages.filter((page) => !gone.has(page));
  for (const { page, to } of leaving.sort((a, b) => a.to - b.to))
    result.splice(Math.min(to - 1, result.length), 0, page);
  return { ...book, pages: result };
}

/** The page that stood at `place` one step up or down. */
function stepped(before: Book, after: Book, place: number, by: 1 | -1): Book {
  const chosen = before.pages[place - 1];
  const at = after.pages.findIndex((page) => chosen && page.source === chosen.source && page.page === chosen.page);
  const to = at + by;
  if (at < 0 || to < 0 || to >= after.pages.length) return after;
  const pages = [...after.pages];
  pages.splice(to, 0, pages.splice(at, 1)[0]!);
  return { ...after, pages };
}

/** What stands in the fields for numbering: what was typed there, else the whole book from 1 on. */
function numberingOf(typed: Record<string, unknown>, book: Book) {
  const whole = (name: string, otherwise: number) => {
    const value = Number(typed[name]);
    return typed[name] !== '' && Number.isSafeInteger(value) ? value : otherwise;
  };
  return {
    from: whole('numberFrom', 1),
    to: whole('numberTo', book.pages.length),
    start: Math.min(99_999, Math.max(0, whole('numberStart', 1))),
    with: NUMBERINGS.find((known) => known === typed.numbering) ?? 'arabic',
  };
}

/** Labels counted on for a stretch of pages: roman for the front matter, arabic for the rest. @throws Invalid for none */
function numbered(book: Book, typed: Record<string, unknown>): Book {
  const { from, to, start, with: numbering } = numberingOf(typed, book);
  const total = book.pages.length;
  if (from > to || from > total || to < 1)
    throw new Invalid([{ path: 'numberTo', message: 'noPagesToNumber', params: { from, to, total } }]);
  return labelled(book, { from, to }, numbering, start);
}

async function rowsOf(house: House, copy: WorkingCopy, bookFile: WorkFile, book: Book, { from, to }: Screen) {
  const files = new Map(copy.files.map((file) => [file.sha512, file]));
  const shapes = new Map((await house.texts.shapes(bookFile.id)).map((shape) => [shape.number, shape]));
  let number = shownPages({ ...book, pages: book.pages.slice(0, from - 1) }).length;
  return book.pages.slice(from - 1, to).map((page, i) => {
    const source = book.sources[page.source]!;
    const file = files.get(source.sha512);
    const shown = page.leftOut ? null : ++number;
    const picture = (width: number) =>
      file
        ? `/works/${copy.id}/files/${file.id}/pages/${page.page}.jpg?w=${width}&v=${source.sha512.slice(0, 8)}`
        : null;
    return {
      place: from + i,
      /** What the reader calls the page. */
      number: shown,
      problem: shown === null ? null : (shapes.get(shown)?.problem ?? null),
      name: page.entry ?? source.name,
      /** In a file of several pages that names none of them. */
      pageInFile: page.entry === null && !/^image\/(jpeg|png|webp)$/.test(source.mediaType) ? page.page : null,
      turn: page.turn,
      label: page.label ?? '',
      leftOut: page.leftOut,
      was: wasOf(book, page),
      placeTyped: from + i,
      stored: [] as ArrangeRow['stored'],
      thumbnail: picture(200),
      picture: picture(1400),
    };
  });
}

/** A field of a page in words. */
function told(req: Request, field: ArrangeRow['stored'][number], value: string | number | boolean): string {
  if (field === 'place') return `${req.t('book.place')}: ${value}`;
  if (field === 'label') return `${req.t('book.label')}: ${value || '–'}`;
  if (field === 'turn') return `${req.t('book.turn')}: ${req.t.tell(`book.turn.${value}`)}`;
  return req.t(value ? 'book.leftOut' : 'book.leftIn');
}

/** What another stored for a page where this person typed otherwise; null where nothing. */
function storedOf(req: Request, row: ArrangeRow, now: ArrangeRow): string | null {
  if (row.stored.length === 0) return null;
  return req.t('book.storedNow', { what: row.stored.map((field) => told(req, field, now[field])).join('; ') });
}

/** What was typed for pages that another has moved to other screens, in words. */
function elsewhereOf(req: Request, book: Book, screen: Screen, typed: Record<string, unknown>) {
  return typedElsewhere(book, screen, typed).map(({ place, page, typed: mine, changed, goesTo }) => ({
    name: (page.entry ?? book.sources[page.source]!.name).split('/').at(-1),
    href: `?from=${firstOf(place)}#p-${place}`,
    typed: [
      ...changed.map((field) => told(req, field, mine[field])),
      ...(goesTo === null ? [] : [told(req, 'place', goesTo)]),
    ].join('; '),
  }));
}

function pagerOf(book: Book, screen: Screen) {
  const screens = Math.ceil(book.pages.length / PAGES_A_SCREEN);
  if (screens <= 1) return null;
  const now = Math.floor((screen.from - 1) / PAGES_A_SCREEN) + 1;
  const href = (number: number) => `?from=${(number - 1) * PAGES_A_SCREEN + 1}`;
  const near = Array.from({ length: screens }, (_, i) => i + 1).filter(
    (number) => number === 1 || number === screens || Math.abs(number - now) <= 2,
  );
  return {
    page: now,
    previous: now > 1 ? href(now - 1) : null,
    next: now < screens ? href(now + 1) : null,
    links: near.flatMap((number, i) => [
      ...(i > 0 && number - near[i - 1]! > 1 ? [null] : []),
      { page: number, href: href(number) },
    ]),
  };
}
