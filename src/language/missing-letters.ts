/** Ways to write a word typed without ө ү ң: its vowels all front, each н perhaps ң. */
export function harmonicSpellings(word: string): string[] {
  if (!/^[а-яөүң]{3,}$/.test(word) || !/[оун]/.test(word)) return [];
  const bases = /[аыяю]/.test(word) ? [word] : [word.replaceAll('о', 'ө').replaceAll('у', 'ү'), word];
  const spellings: string[] = [];
  for (const base of bases) {
    const places = [...base.matchAll(/н/g)].slice(0, 3).map((match) => match.index);
    for (let choice = 0; choice < 1 << places.length; choice += 1) {
      const letters = [...base];
      places.forEach((place, i) => {
        if (choice & (1 << i)) letters[place] = 'ң';
      });
      spellings.push(letters.join(''));
    }
  }
  return spellings;
}
