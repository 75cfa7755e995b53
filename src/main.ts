// The program `cassmail`: gathers the verbs of all parts and runs the one that was typed.
import { systemSurroundings } from './base/surroundings.js';
import { programVersion } from './base/version.js';
import { configVerbs } from './cli/config-verbs.js';
import { processTerminal } from './cli/process-terminal.js';
import { runProgram } from './cli/program.js';
import { verbGroups } from './cli/verb-groups.js';

const surroundings = systemSurroundings();
const program = {
  version: programVersion(),
  groups: verbGroups,
  verbs: [...configVerbs(surroundings)],
};

process.exitCode = await runProgram(program, process.argv.slice(2), processTerminal(process));
