import type { Command } from './command.ts';
import { checkCommand } from './commands/check.ts';
import { copyCommand } from './commands/copy.ts';
import { diffCommand } from './commands/diff.ts';
import { evidenceCommand } from './commands/evidence.ts';
import { exportCommand } from './commands/export.ts';
import { ingestCommand } from './commands/ingest.ts';
import { replayCommand } from './commands/replay.ts';
import { showCommand } from './commands/show.ts';
import { verifyCommand } from './commands/verify.ts';

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  ingestCommand,
  showCommand,
  diffCommand,
  replayCommand,
  checkCommand,
  evidenceCommand,
  copyCommand,
  exportCommand,
  verifyCommand,
];
