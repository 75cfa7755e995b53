// What we build on, held to three promises: every package in the lock file, ours or theirs, has a permissive licence;
// docs/dependencies.md gives licence, importing file and reason of each one that we ask for; and package.json and the
// lock file name exact versions and no registry, so that an install is the same anywhere.
import { existsSync, readFileSync } from 'node:fs';

const PERMISSIVE =
  /^(MIT|MIT-0|ISC|0BSD|BSD-2-Clause|BSD-3-Clause|Apache-2\.0|BlueOak-1\.0\.0|CC0-1\.0|Unlicense|Python-2\.0)$/;
/** Data that only the tests' tools read, and that is never passed on with the program. */
const DATA_OF_TOOLS = new Map([['node_modules/caniuse-lite', 'CC-BY-4.0']]);
const EXACT = /^\d+\.\d+\.\d+$/;
const DOCUMENT = 'docs/dependencies.md';
/** | [name](link) or name | licence | `importing file` or whatever starts it | reason | */
const ROW =
  /^\| (?:\[(?<linked>[^\]]+)\]\([^)]*\)|(?<plain>[^|]+?)) +\| (?<licence>[^|]+?) +\| (?<place>[^|]+?) +\| (?<reason>[^|]+?) +\|$/;

const wanted = JSON.parse(readFileSync('package.json', 'utf8'));
const locked = JSON.parse(readFileSync('package-lock.json', 'utf8')).packages;
const asked = { ...wanted.dependencies, ...wanted.devDependencies };

const findings = [...licences(), ...versions(), ...documented()];
for (const finding of findings) console.log(finding);
process.exitCode = findings.length === 0 ? 0 : 1;

function licences() {
  return Object.entries(locked)
    .map(([path, { license = 'unknown' }]) => ({ path, licence: license }))
    .filter(({ path, licence }) => !isPermissive(licence) && DATA_OF_TOOLS.get(path) !== licence)
    .map(({ path, licence }) => `${path}: licence ${licence} is not one we accept`);
}

/** Reads `MIT`, `(MIT OR GPL-3.0)` and `MIT AND ISC`; anything more complicated is refused for a person to look at. */
function isPermissive(licence) {
  const plain = licence.replace(/^\((.*)\)$/, '$1');
  if (plain.includes(' OR ')) return plain.split(' OR ').some((name) => PERMISSIVE.test(name));
  return plain.split(' AND ').every((name) => PERMISSIVE.test(name));
}

function versions() {
  const loose = Object.entries(asked).filter(([, version]) => !EXACT.test(version));
  const bound = Object.entries(locked).filter(([, { resolved }]) => resolved !== undefined);
  return [
    ...loose.map(([name, version]) => `package.json: ${name} ${version} is not an exact version`),
    ...bound.map(([path]) => `package-lock.json: ${path} is bound to a registry; see .npmrc`),
  ];
}

function documented() {
  const rows = new Map(tableRows().map((row) => [row.name, row]));
  const missing = Object.keys(asked).filter((name) => !rows.has(name));
  return [
    ...missing.map((name) => `${DOCUMENT}: ${name} is not listed`),
    ...[...rows.values()].flatMap((row) =>
      rowFindings(row).map((finding) => `${DOCUMENT}: ${row.name} ${finding}`),
    ),
  ];
}

function tableRows() {
  return readFileSync(DOCUMENT, 'utf8')
    .split('\n')
    .map((line) => ROW.exec(line)?.groups)
    .filter((groups) => groups !== undefined && groups.plain !== 'Package' && !groups.plain?.startsWith('-'))
    .map(({ linked, plain, licence, place, reason }) => ({ name: linked ?? plain, licence, place, reason }));
}

function rowFindings({ name, licence, place }) {
  if (asked[name] === undefined) return ['is listed but not in package.json'];
  const found = [];
  const real = locked[`node_modules/${name}`]?.license;
  if (licence !== real) found.push(`is under ${real}, not ${licence}`);
  const file = /^`(?<file>[^`]+)`/.exec(place)?.groups?.file;
  if (file === undefined) return found;
  if (!existsSync(file)) found.push(`names ${file}, which does not exist`);
  else if (!readFileSync(file, 'utf8').includes(name)) found.push(`names ${file}, which does not use it`);
  return found;
}
