// The layer rules, each a function from all source files to what breaks it: [{ path, line, message }].
import { posix } from 'node:path';
import { isWithin, layerOf, LAYERS, MAY_READ_THE_WORLD } from './table.js';

export const RULES = [layers, cycles, barrels, packages, world];

/** The file of src/ that a relative import means. */
function targetOf(file, specifier) {
  return posix.join(posix.dirname(file.path), specifier).replace(/\.js$/, '.ts');
}

function ownImports(file) {
  return file.imports
    .filter(({ specifier }) => specifier.startsWith('.'))
    .map(({ line, specifier }) => ({ line, target: targetOf(file, specifier) }));
}

function layers(files) {
  return files.flatMap((file) => {
    const layer = layerOf(file.path);
    if (layer === undefined) return [{ path: file.path, line: 1, message: 'is in no layer of the table' }];
    const allowed = [layer, ...LAYERS[layer]];
    return ownImports(file)
      .filter(({ target }) => !allowed.some((name) => isWithin(target, name)))
      .map(({ line, target }) => ({ path: file.path, line, message: `${layer} may not import ${target}` }));
  });
}

/** Each cycle once, from its alphabetically first file; type imports count, since readers follow them too. */
function cycles(files) {
  const importsOf = new Map(files.map((file) => [file.path, ownImports(file)]));
  return files.flatMap((file) => {
    const way = wayBack(file.path, importsOf);
    if (way === undefined || way.some((path) => path < file.path)) return [];
    return [{ path: file.path, line: 1, message: `imports itself: ${[...way, file.path].join(' -> ')}` }];
  });
}

/** The shortest way along imports from a file to itself: breadth first. */
function wayBack(start, importsOf) {
  const ways = [[start]];
  const seen = new Set();
  for (const way of ways) {
    for (const { target } of importsOf.get(way.at(-1)) ?? []) {
      if (target === start) return way;
      if (!seen.has(target)) ways.push([...way, target]);
      seen.add(target);
    }
  }
  return undefined;
}

function barrels(files) {
  return files
    .filter(({ isBarrel }) => isBarrel)
    .map(({ path }) => ({
      path,
      line: 1,
      message: 'only passes on what others export; import it from there',
    }));
}

function packages(files) {
  const firstImporter = new Map();
  return files.flatMap(({ path, imports }) =>
    imports.flatMap(({ line, specifier }) => {
      const name = packageName(specifier);
      if (name === undefined) return [];
      const first = firstImporter.get(name) ?? path;
      firstImporter.set(name, first);
      if (first === path) return [];
      return [
        { path, line, message: `package ${name} is imported in ${first} already; go through that file` },
      ];
    }),
  );
}

function packageName(specifier) {
  if (specifier.startsWith('.') || specifier.startsWith('node:')) return undefined;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function world(files) {
  return files
    .filter(({ path }) => !MAY_READ_THE_WORLD.some((layer) => isWithin(path, layer)))
    .flatMap(({ path, worldly }) =>
      worldly.map(({ line, what }) => ({ path, line, message: `${what} is not an argument here` })),
    );
}
