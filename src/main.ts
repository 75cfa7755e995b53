// The program `cassmail`: runs the verb that was typed.
import { systemSurroundings } from './base/surroundings.js';
import { programVersion } from './base/version.js';
import { processTerminal } from './cli/process-terminal.js';
import { runProgram } from './cli/program.js';
import { allVerbs, verbGroups } from './main/verbs.js';

const program = {
  version: programVersion(),
  groups: verbGroups,
  verbs: allVerbs(systemSurroundings()),
};

process.exitCode = await runProgram(program, process.argv.slice(2), processTerminal(process));
