// Control characters could move the cursor or hide what was written; bidirectional ones could reorder it.
const unprintable = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** A text from elsewhere as one line that is safe to print: what would steer a terminal becomes a space. */
export function plainText(text: string): string {
  return text.replaceAll(unprintable, ' ');
}

/** The same for a text of several lines. */
export function plainLines(text: string): string {
  return text.split('\n').map(plainText).join('\n');
}
