/**
 * What is wrong with a file or a folder, in words, from the error of the system: "there is no such file". The message of
 * the error where no words are known for its code.
 */
export function reasonOf(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return reasons[code] ?? message;
}

/** As `reasonOf`, after the path that the error names, if it names one: `/nowhere/x: there is no such file or folder`. */
export function systemProblem(error: unknown): string {
  const { path } = error as NodeJS.ErrnoException;
  const reason = reasonOf(error);
  return path === undefined || reason === (error as Error).message ? reason : `${path}: ${reason}`;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of this path is not a folder',
  EISDIR: 'this is a folder',
  EACCES: 'this user may not do that here',
  EPERM: 'this user may not do that here',
  EROFS: 'nothing can be written here',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of this user is used up',
  EMFILE: 'too many files are open',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'this name is too long',
};
