import { type Command, fail, flagOf, type ParsedArguments } from './command.ts';
import type { Context, ExitCode } from './context.ts';
import { plainText } from './print.ts';

/** `completion`: a script by which a shell completes the commands, their options and their words. */
export function completionCommand(loadCommands: () => Promise<readonly Command[]>): Command {
  const shells = Object.keys(scripts);
  return {
    name: 'completion',
    usage: `completion <${shells.join('|')}>`,
    says: 'print a script by which a shell completes commands and options',
    explains: `bash:  echo 'source <(partnership-ledger completion bash)' >> ~/.bashrc
zsh:   partnership-ledger completion zsh > "\${fpath[1]}/_partnership-ledger"
fish:  partnership-ledger completion fish > ~/.config/fish/completions/partnership-ledger.fish`,
    options: [],
    words: shells,
    run: async (args: ParsedArguments, context: Context): Promise<ExitCode> => {
      const [shell = '', ...surplus] = args.positionals;
      const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined;
      const problems = [
        ...args.problems,
        ...(script === undefined
          ? [
              shell === ''
                ? `say for which shell: ${shells.join(', ')}`
                : `${plainText(shell)}: there are ${shells.join(', ')}`,
            ]
          : []),
        ...(surplus.length > 0 ? ['completion takes one shell'] : []),
      ];
      if (script === undefined || problems.length > 0) return fail(problems, 'completion', context);
      context.out.write(script((await loadCommands()).map(toCompleted)));
      return 0;
    },
  };
}

/** What a shell completes of a command. */
type Completed = {
  readonly name: string;
  readonly says: string;
  readonly words: readonly string[];
  readonly options: readonly CompletedOption[];
};

type CompletedOption = {
  readonly flag: string;
  readonly says: string;
  /** The values that a placeholder such as `any|certain` names; a folder or a file is the shell's to complete. */
  readonly values: readonly string[];
  readonly isSwitch: boolean;
};

function toCompleted({ name, says, words = [], options }: Command): Completed {
  const shown = options.flatMap(({ name: option, value, values: listed, says: means }): CompletedOption[] => {
    if (means === null) return [];
    const values = listed ?? (value?.includes('|') === true ? value.split('|') : []);
    return [{ flag: flagOf(option), says: means, values, isSwitch: value === null }];
  });
  return { name, says, words, options: [...shown, { flag: '--help', says: 'its help', values: [], isSwitch: true }] };
}

type Script = (commands: readonly Completed[]) => string;

const scripts: Readonly<Record<string, Script>> = { bash: bashScript, zsh: zshScript, fish: fishScript };

const program = 'partnership-ledger';

function bashScript(commands: readonly Completed[]): string {
  const cases = commands.map(({ name, words, options }) => {
    const ofValues = options
      .filter(({ values }) => values.length > 0)
      .map(({ flag, values }) => `        ${flag}) words='${values.join(' ')}' ;;\n`);
    const files = options.filter(({ values, isSwitch }) => values.length === 0 && !isSwitch).map(({ flag }) => flag);
    const ofFiles = files.length === 0 ? '' : `        ${files.join('|')}) words='' ;;\n`;
    const all = [...words, ...options.map(({ flag }) => flag)].join(' ');
    return `    ${name})\n      case "$before" in\n${ofValues.join('')}${ofFiles}        *) words='${all}' ;;\n      esac ;;\n`;
  });
  const names = [...commands.map(({ name }) => name), '--help', '--version'].join(' ');
  return `# bash completion of ${program}; "${program} completion bash" made it.
_partnership_ledger() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" words
  case "\${COMP_WORDS[1]}" in
${cases.join('')}    *) words='' ;;
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then words='${names}'; fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _partnership_ledger ${program}
`;
}

function zshScript(commands: readonly Completed[]): string {
  const list = commands.map(({ name, says }) => `    ${zshQuoted(`${name}:${says}`)}\n`).join('');
  const cases = commands.map(({ name, words, options }) => {
    const specs = options.map(({ flag, says, values, isSwitch }) => {
      const action = isSwitch ? '' : values.length > 0 ? `:value:(${values.join(' ')})` : ':value:_files';
      return `      ${zshQuoted(`*${flag}[${says.replaceAll(/[[\]\\:]/g, '\\$&')}]${action}`)} \\\n`;
    });
    const first = words.length > 0 ? `'1:what:(${words.join(' ')})' '*:file:_files'` : `'*:file:_files'`;
    return `    ${name}) _arguments \\\n${specs.join('')}      ${first} ;;\n`;
  });
  return `#compdef ${program}
# zsh completion of ${program}; "${program} completion zsh" made it.
_partnership_ledger() {
  local -a commands=(
${list}  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  words=("\${(@)words[2,-1]}")
  (( CURRENT -= 1 ))
  case $command in
${cases.join('')}  esac
}
if [ "$funcstack[1]" = "_partnership-ledger" ]; then _partnership_ledger "$@"; else compdef _partnership_ledger ${program}; fi
`;
}

function zshQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function fishScript(commands: readonly Completed[]): string {
  const lines = commands.flatMap(({ name, says, words, options }) => [
    `complete -c ${program} -n __fish_use_subcommand -f -a ${name} -d ${fishQuoted(says)}`,
    ...words.map((word) => `complete -c ${program} -n '__fish_seen_subcommand_from ${name}' -f -a ${word}`),
    ...options.map(({ flag, says: means, values, isSwitch }) => {
      const takes = isSwitch ? '' : values.length > 0 ? ` -x -a ${fishQuoted(values.join(' '))}` : ' -r';
      return `complete -c ${program} -n '__fish_seen_subcommand_from ${name}' -l ${flag.slice(2)} -d ${fishQuoted(means)}${takes}`;
    }),
  ]);
  return `# fish completion of ${program}; "${program} completion fish" made it.\n${lines.join('\n')}\n`;
}

function fishQuoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, '\\$&')}'`;
}
