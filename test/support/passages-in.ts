/** The passages that the panel of the reader lists, as they are read. */
export const passagesIn = (html: string): string[] =>
  [...html.matchAll(/<li><a href="\?page=[^>]*>[\s\S]*?<\/strong>([\s\S]*?)<\/a><\/li>/g)].map((match) =>
    match[1]!
      .replace(/<[^>]+>/g, '')
      .replace(/\s+/g, ' ')
      .trim(),
  );
