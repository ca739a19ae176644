// After these a word that is too long is broken where it can be: fact keys are made of them.
const breakAfter = /[/.,_-]/;

function breakWord(word: string, width: number): readonly string[] {
  const letters = [...word];
  if (letters.length <= width) return [word];
  const last = letters.slice(0, width).findLastIndex((letter) => breakAfter.test(letter));
  const at = last >= width / 3 ? last + 1 : width;
  return [letters.slice(0, at).join(''), ...breakWord(letters.slice(at).join(''), width)];
}

/** The lines of a text that is broken at spaces, and within a word only where the word alone is longer than `width`. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(/ +/).flatMap((one) => breakWord(one, width))) {
    const line = lines.at(-1);
    if (line !== undefined && [...line].length + 1 + [...word].length <= width)
      lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
