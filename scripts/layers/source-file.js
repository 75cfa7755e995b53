// One source file as the layer rules see it: what it imports, whether it holds anything of its own, and where it reads
// the clock, starts a timer, throws dice or looks at its environment.
import { parseSync, Visitor } from 'oxc-parser';

const WORLDLY_MEMBERS = {
  AbortSignal: /^timeout$/,
  Date: /^now$/,
  Math: /^random$/,
  crypto: /^(random\w*|getRandomValues)$/,
  performance: /^now$/,
  process: /^(env|hrtime)$/,
};
const WORLDLY_GLOBALS = /^(setTimeout|setInterval)$/;
const WORLDLY_IMPORTS = [
  { module: /^node:crypto$/, name: /^(random\w*|getRandomValues|webcrypto)$/ },
  { module: /^node:timers(\/promises)?$/, name: /^/ },
  { module: /^node:perf_hooks$/, name: /^performance$/ },
  { module: /^node:process$/, name: /^(env|hrtime)$/ },
];
/** All that a file of re-exports consists of. */
const RE_EXPORTS = new Set(['ExportAllDeclaration', 'ExportNamedDeclaration', 'ImportDeclaration']);

/**
 * @param path as in `store/api/store.ts`
 * @returns imports: [{ line, specifier }]; worldly: [{ line, what }]; isBarrel
 */
export function readSource(path, text) {
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0].message}`);
  const lineAt = (offset) => text.slice(0, offset).split('\n').length;
  const imports = [];
  const worldly = [];
  const addImport = ({ source, start }) => {
    if (source?.type === 'Literal') imports.push({ line: lineAt(start), specifier: source.value });
  };
  const addWorldly = (node, what) => worldly.push({ line: lineAt(node.start), what });
  visit(program, addImport, addWorldly);
  return { path, imports, worldly, isBarrel: isBarrel(path, program) };
}

function visit(program, addImport, addWorldly) {
  const otherNames = new Set(); // `setTimeout` in `socket.setTimeout` is no global
  const visitor = new Visitor({
    ExportAllDeclaration: addImport,
    ExportNamedDeclaration: addImport,
    ImportExpression: addImport,
    TSImportType: addImport,
    ImportDeclaration(node) {
      addImport(node);
      for (const { imported } of node.specifiers) otherNames.add(imported);
      for (const name of worldlyNames(node)) addWorldly(node, `${name} of ${node.source.value}`);
    },
    MemberExpression({ object, property, computed, start }) {
      if (!computed) otherNames.add(property);
      if (object.type !== 'Identifier' || property.type !== 'Identifier') return;
      const isWorldly =
        WORLDLY_MEMBERS[object.name]?.test(property.name) ||
        (object.name === 'globalThis' && WORLDLY_GLOBALS.test(property.name));
      if (isWorldly) addWorldly({ start }, `${object.name}.${property.name}`);
    },
    Identifier(node) {
      if (WORLDLY_GLOBALS.test(node.name) && !otherNames.has(node)) addWorldly(node, node.name);
    },
    NewExpression(node) {
      if (node.callee.name === 'Date' && node.arguments.length === 0) addWorldly(node, 'new Date()');
    },
  });
  visitor.visit(program);
}

function worldlyNames({ source, specifiers }) {
  const rule = WORLDLY_IMPORTS.find(({ module }) => module.test(source.value));
  if (rule === undefined) return [];
  return specifiers.map(({ imported }) => imported?.name ?? '*').filter((name) => rule.name.test(name));
}

function isBarrel(path, program) {
  const isIndex = /(^|\/)index\.ts$/.test(path);
  const exports = program.body.filter(({ type }) => type.startsWith('Export'));
  const onlyPassesOn =
    exports.length > 0 &&
    exports.every(({ source }) => source) &&
    program.body.every(({ type }) => RE_EXPORTS.has(type));
  return isIndex || onlyPassesOn;
}
