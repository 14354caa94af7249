/** Finds a part in text between two positions: the position behind it, or -1. */
export type Search = (text: string, from: number, end: number) => number;

/** Prepares the search for a part: Knuth, Morris and Pratt's, since `indexOf` is not linear for hostile texts. */
export function compileSearch(part: string): Search {
  const borders = bordersOf(part);
  return (text, from, end) => {
    let matched = 0;
    for (let position = from; position < end; position++) {
      while (matched > 0 && text[position] !== part[matched]) matched = borders[matched - 1] ?? 0;
      if (text[position] === part[matched]) matched++;
      if (matched === part.length) return position + 1;
    }
    return -1;
  };
}

/** For each beginning of a part the length of its longest proper border. */
function bordersOf(part: string): readonly number[] {
  const borders = [0];
  for (let position = 1, matched = 0; position < part.length; position++) {
    while (matched > 0 && part[position] !== part[matched]) matched = borders[matched - 1] ?? 0;
    if (part[position] === part[matched]) matched++;
    borders.push(matched);
  }
  return borders;
}
