import { type Request, type Response, Router } from 'express';
import { mayEdit, mayReview } from '../access/access';
import { labelTyped } from '../deposit/arrange-book';
import { Conflict, NotFound, Outdated, SignInNeeded } from '../errors';
import type { House } from '../house';
import {
  type Book,
  type BookPage,
  labelled,
  NUMBERINGS,
  type Numbering,
  shownPages,
  TURNS,
  type Turn,
} from '../works/book';
import type { WorkingCopy } from '../works/draft-store';
import type { WorkFile } from '../works/work';
import { fieldOf } from './form';
import { render } from './view';

/** Pages on one screen: so many small pictures a browser fetches gladly, and so many cards a person surveys. */
const PAGES_A_SCREEN = 60;

/** The pages of a scanned book put in order, turned, left out and labelled: by its depositor, and by a librarian. */
export function arrangeRoutes(house: House): Router {
  const router = Router();
  const { deposits, books } = house;

  const page = async (req: Request, res: Response, status = 200) => {
    const copy = await copyOf(house, req);
    const found = await books.of(copy.id);
    if (!found) throw new NotFound('book.none');
    const { file, book } = found;
    const screen = screenOf(req, book);
    res.status(status);
    render(house, req, res, 'arrange', {
      title: req.t('book.arrange'),
      robots: 'noindex',
      styles: 'arrange.css',
      copy,
      isReview: copy.state === 'submitted',
      stamp: file.sha512,
      saved: req.query.saved === '1',
      outdated: status === 412,
      screen,
      total: book.pages.length,
      shown: shownPages(book).length,
      readHref: `/works/${copy.id}/files/${file.id}/read`,
      rows: await rowsOf(house, copy, file, book, screen),
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
      if (!(error instanceof Outdated)) throw error;
      return page(req, res, 412);
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

/** The places of the screen as dragging left them, or in their own order when the script sent none that makes sense. */
function inOrder(sent: string, { from, to }: Screen): number[] {
  const places = Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
  const given = sent.split(',').map(Number);
  const isWhole = given.length === places.length && new Set(given).size === given.length;
  return isWhole && given.every((place) => place >= from && place <= to) ? given : places;
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

/** Labels counted on for a stretch of pages: roman for the front matter, arabic for the rest. */
function numbered(book: Book, typed: Record<string, unknown>): Book {
  const whole = (name: string, otherwise: number) => {
    const value = Number(typed[name]);
    return typed[name] !== '' && Number.isSafeInteger(value) ? value : otherwise;
  };
  const numbering = NUMBERINGS.find((known) => known === typed.numbering) ?? 'arabic';
  const range = { from: whole('numberFrom', 1), to: whole('numberTo', book.pages.length) };
  return labelled(book, range, numbering as Numbering, Math.min(99_999, Math.max(0, whole('numberStart', 1))));
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
      thumbnail: picture(200),
      picture: picture(1400),
    };
  });
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
