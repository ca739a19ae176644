import { type ComponentChild, h } from 'preact';
import { useContext } from 'preact/hooks';
import { Sheet } from './sheet.ts';
import { ToolsContext, type WriteView } from './tools.ts';

/** Where an article's text becomes an article file. */
export function writeView(partnership: string | null): WriteView {
  return { kind: 'write', partnership: partnership ?? '' };
}

/** The page where one writes. */
export function Write({ view }: { readonly view: WriteView }): ComponentChild {
  const tools = useContext(ToolsContext);
  return h(
    Sheet,
    {
      title: 'Write',
      intro:
        'From the text of an article to its reports. You write what it says, never what you conclude; suggestions are marked, and count for nothing until you keep them.',
      id: 'writing',
    },
    tools === null
      ? h(
          'p',
          { class: 'lede' },
          'Writing on this page needs JavaScript. Without it, “partnership-ledger draft” on the command line gives the same skeleton, and “ingest” records the file.',
        )
      : h(tools.Write, { view }),
  );
}
