// Preloaded into Jest and its workers: Node calls its VM modules experimental once per process, and Jest cannot run ES
// modules without them. Drops that one warning and no other.
const emitWarning = process.emitWarning.bind(process);

process.emitWarning = (warning, ...rest) => {
  if (!String(warning).startsWith('VM Modules is an experimental feature')) {
    emitWarning(warning, ...rest);
  }
};
