/** A command of a document and the output that it shows for it. */
export type Shown = { readonly command: string; readonly output: string };

/** The commands of all `console` blocks of a Markdown text: a line with `$ `, followed by what it prints. */
export const shownCommands = (markdown: string): readonly Shown[] =>
  [...markdown.matchAll(/^```console\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((part) => {
        // A command goes on where its line ends in a backslash.
        const end = /(?<!\\)\n/.exec(part)?.index ?? part.length;
        return { command: part.slice(0, end), output: part.slice(end + 1).trimEnd() };
      }),
  );

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/** Whether an output is the one that is shown, in which `…` stands for anything. */
export const isAsShown = (shown: string, output: string): boolean =>
  new RegExp(`^${shown.split('…').map(escaped).join('[\\s\\S]*?')}$`).test(output.trimEnd());
