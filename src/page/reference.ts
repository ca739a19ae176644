import { type ComponentChild, h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { htmlDocument, type PageAssets } from './page.ts';
import { counted } from './words.ts';

/**
 * The reference of the API as a document that is read at once: every address that is no file and no TimeMap, with its
 * parameters, answers and a real example. It needs no script; `explorer` is where one draws more.
 */
export function renderReference(api: ApiDocument, explorer: string | null, assets: PageAssets): string {
  const groups = api.tags.flatMap(({ name, description = '' }) => {
    const operations = operationsOf(api, name);
    return operations.length === 0 || unlistedTags.has(name) ? [] : [{ name, description, operations }];
  });
  const main = h(
    'main',
    { class: 'reference wrap' },
    h('p', { class: 'n' }, h('a', { class: 'link', href: '/' }, 'Partnership Ledger')),
    h('h1', null, 'The API'),
    h('p', { class: 'lede' }, api.info.description),
    h(Ways, { explorer }),
    h(
      'nav',
      { 'aria-label': 'Groups of addresses' },
      groups.map(({ name }) => h('a', { key: name, class: 'link', href: `#${name}` }, name)),
    ),
    groups.map(({ name, description, operations }) =>
      h(
        'section',
        { key: name, id: name },
        h('h2', null, name, h('span', { class: 'n' }, ` ${description}`)),
        operations.map((operation) => h(OperationView, { api, operation, key: operation.operationId })),
      ),
    ),
  );
  return htmlDocument(`${api.info.title}: the API`, renderToString(main), assets, '');
}

/** What the reference shows of an OpenAPI document. */
export type ApiDocument = {
  readonly info: { readonly title: string; readonly description?: string };
  readonly tags: readonly { readonly name: string; readonly description?: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, ApiOperation>>>>;
  readonly components: {
    readonly parameters?: Readonly<Record<string, Parameter>>;
    readonly responses?: Readonly<Record<string, Answer>>;
  };
};

type ApiOperation = {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  /** Who may. */
  readonly 'x-role'?: string;
  readonly parameters?: readonly (Parameter | Reference)[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, Answer | Reference>>;
};

// What stands in several operations stands once, among the components.
type Reference = { readonly $ref: string };

type Operation = ApiOperation & { readonly method: string; readonly path: string };

type Content = Readonly<Record<string, { readonly schema?: Schema; readonly example?: unknown }>>;

type Schema = { readonly enum?: readonly unknown[]; readonly items?: Schema; readonly description?: string };

type Parameter = {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: Schema;
  readonly example?: string | number;
};

type Answer = { readonly description: string; readonly content?: Content };

// Each file and each TimeMap is that of a read, at another address.
const unlistedTags: ReadonlySet<string> = new Set(['export', 'timemap']);

function operationsOf({ paths }: ApiDocument, tag: string): readonly Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) =>
      operation.tags[0] === tag ? [{ ...operation, method: method.toUpperCase(), path }] : [],
    ),
  );
}

function Ways({ explorer }: { readonly explorer: string | null }): ComponentChild {
  return h(
    'p',
    null,
    h('a', { class: 'link', href: '/openapi.json' }, 'OpenAPI 3.1'),
    ' has every address, and the data of each type. A read is also a file: put .csv after its address, or what its answer names. ',
    h('a', { class: 'link', href: '/problems' }, 'What each problem means'),
    explorer === null
      ? '.'
      : [
          '. ',
          h('a', { class: 'link', key: 'explorer', href: explorer }, 'An explorer'),
          ' (a script of 3.5 MB) sends requests and has snippets for many languages.',
        ],
  );
}

function OperationView({
  api,
  operation,
}: {
  readonly api: ApiDocument;
  readonly operation: Operation;
}): ComponentChild {
  const { operationId, method, path, summary, description, requestBody, responses, ...more } = operation;
  const needs = needsOf(more['x-role']);
  const parameters = (operation.parameters ?? []).map((one) => resolve(one, api.components.parameters));
  const answers = Object.entries(responses).map(([status, one]) => ({
    status,
    ...resolve(one, api.components.responses),
  }));
  const href = method === 'GET' ? filledIn(path, parameters) : null;
  return h(
    'details',
    { id: operationId },
    h('summary', null, h('code', null, h('b', null, method), ` ${path}`), h('span', null, summary)),
    description === undefined ? null : h('p', null, plain(description)),
    needs === null ? null : h('p', null, `${needs}: `, h('code', null, 'Authorization: Bearer …')),
    href === null ? null : h('p', null, 'Try ', h('a', { class: 'link', href }, h('code', null, href))),
    parameters.length === 0 ? null : h(Parameters, { parameters }),
    requestBody === undefined ? null : h(Body, { title: 'Body', content: requestBody.content }),
    h('h3', null, 'Answers'),
    h(
      'dl',
      null,
      answers.map(({ status, description: meaning }) => [
        h('dt', { key: status }, status),
        h('dd', { key: `${status} means` }, plain(meaning)),
      ]),
    ),
    answers.map(({ status, content }) =>
      content === undefined || Number(status) >= 300
        ? null
        : h(Body, { title: `Answer ${status}`, content, key: `${status} has` }),
    ),
  );
}

// What to say of the token that an operation needs.
function needsOf(role: string | undefined): string | null {
  if (role === undefined || role === 'none') return null;
  return role === 'reader' ? 'Where reading is not open, needs a token' : `Needs a token with the role ${role}`;
}

function Parameters({ parameters }: { readonly parameters: readonly Parameter[] }): ComponentChild {
  return [
    h('h3', { key: 'title' }, 'Parameters'),
    h(
      'dl',
      { key: 'list' },
      parameters.map(({ name, in: place, required, description, schema }) => {
        const values = schema?.enum ?? schema?.items?.enum ?? [];
        return [
          h('dt', { key: name }, h('code', null, name)),
          h(
            'dd',
            { key: `${name} means` },
            h('span', { class: 'n' }, `${place}${required === true ? ', required' : ''}. `),
            plain(description ?? schema?.description ?? ''),
            values.length === 0 || values.length > mostValues ? null : `: one of ${values.join(', ')}`,
            values.length <= mostValues
              ? null
              : h('details', null, h('summary', null, counted(values.length, 'value')), values.join(', ')),
          ),
        ];
      }),
    ),
  ];
}

// More stand folded.
const mostValues = 12;

function Body({ title, content }: { readonly title: string; readonly content: Content }): ComponentChild {
  const forms = Object.entries(content);
  const [type = '', example] = forms.find(([, media]) => media.example !== undefined) ?? [];
  return [
    h('h3', { key: 'title' }, title),
    h(
      'ul',
      { key: 'forms' },
      forms.map(([form, { schema }]) =>
        h(
          'li',
          { key: form },
          h('code', null, form),
          schema?.description === undefined ? '' : ` ${schema.description}`,
        ),
      ),
    ),
    example === undefined
      ? null
      : h(
          'pre',
          { key: 'example', tabIndex: 0, 'aria-label': `Example: ${type}` },
          typeof example.example === 'string' ? example.example : JSON.stringify(example.example, null, 2),
        ),
  ];
}

// Descriptions are Markdown, of which they use the marks of code alone.
function plain(text: string): string {
  return text.replaceAll('`', '');
}

function resolve<Part extends object>(part: Part | Reference, components: Readonly<Record<string, Part>> = {}): Part {
  if (!('$ref' in part)) return part;
  const found = components[part.$ref.slice(part.$ref.lastIndexOf('/') + 1)];
  if (found === undefined) throw new Error(`${part.$ref} is not among the components`);
  return found;
}

// The address with the values of the examples; null if a value is missing.
function filledIn(path: string, parameters: readonly Parameter[]): string | null {
  const filled = parameters
    .filter((one) => one.in === 'path' && one.example !== undefined)
    .reduce((address, { name, example = '' }) => address.replace(`{${name}}`, encodeURIComponent(example)), path);
  if (filled.includes('{')) return null;
  const query = parameters.flatMap(({ in: place, name, example }) =>
    place === 'query' && example !== undefined ? [`${name}=${encodeURIComponent(example)}`] : [],
  );
  return query.length === 0 ? filled : `${filled}?${query.join('&')}`;
}
