import { type Copy, DockerfileParser, type From, type Instruction, type JSONInstruction } from 'dockerfile-ast';

/** A stage of a Dockerfile, from its FROM to the next. */
export type Stage = { readonly from: From; readonly instructions: readonly Instruction[] };

/** The stages of a Dockerfile, the last one being the image. */
export const stagesOf = (dockerfile: string): readonly Stage[] => {
  const stages: { from: From; instructions: Instruction[] }[] = [];
  for (const instruction of DockerfileParser.parse(dockerfile).getInstructions()) {
    if (instruction.getKeyword() === 'FROM') stages.push({ from: instruction as From, instructions: [] });
    else stages.at(-1)?.instructions.push(instruction);
  }
  return stages;
};

/** What the last stage says by a keyword, each time that it says it. */
export const imageSays = (dockerfile: string, keyword: string): readonly string[] =>
  (stagesOf(dockerfile).at(-1)?.instructions ?? [])
    .filter((instruction) => instruction.getKeyword() === keyword)
    .map((instruction) => instruction.getArgumentsContent() ?? '');

/** The command that the image starts, or null where a shell would read it. */
export const commandOf = (dockerfile: string): readonly string[] | null => {
  const commands = (stagesOf(dockerfile).at(-1)?.instructions ?? []).filter((each) => each.getKeyword() === 'CMD');
  const words = (commands.at(-1) as JSONInstruction | undefined)?.getJSONStrings() ?? [];
  return words.length === 0 ? null : words.map((word) => word.getJSONValue());
};

/** What is copied from the build context: from where and to where, in any stage or in the last. */
export const copied = (stages: readonly Stage[]): readonly (readonly [source: string, target: string])[] =>
  stages
    .flatMap(({ instructions }) => instructions)
    .filter((instruction): instruction is Copy => instruction.getKeyword() === 'COPY')
    .filter((copy) => copy.getFromFlag() === null)
    .flatMap((copy) => {
      const words = copy.getArguments().map((argument) => argument.getValue());
      return words.slice(0, -1).map((source) => [source, words.at(-1) ?? ''] as const);
    });
