// What a machine must have for a local ring, and, where something is not there, the command that installs it.
import type { Environment } from '../../base/surroundings.js';
import { Failure } from '../../base/failure.js';
import { addressRun, aliasCommands, missingAddresses } from './addresses.js';
import { fetchedJars, findMaven, hasJars, type Fetch } from './machine/jars.js';
import { findJava, JAVA_VERSION, type FoundJava, type JavaSearch } from './machine/java.js';

export interface Toolchain {
  readonly java: string;
  readonly jars: string;
}

export interface RingAddresses {
  readonly firstAddress: string;
  readonly nodes: number;
}

/** One clear reason why no ring of this size can run here, or undefined. */
export async function missingPrerequisites(
  environment: Environment,
  addresses: RingAddresses = { firstAddress: '127.0.0.1', nodes: 3 },
): Promise<string | undefined> {
  const { java, others } = await findJava(environment);
  if (java === undefined) return explainMissingJava(others);
  if (!hasJars(environment) && findMaven(environment) === undefined) return explainMissingMaven;
  const missing = await missingAddresses(addressRun(addresses.firstAddress, addresses.nodes));
  return missing.length === 0 ? undefined : explainMissingAddresses(missing);
}

/** Java and Cassandra's jars, the latter fetched now where they are not there yet. */
export async function toolchain(fetch: Fetch): Promise<Toolchain> {
  const java = requiredJava(await findJava(fetch.environment));
  const maven = findMaven(fetch.environment);
  if (!hasJars(fetch.environment) && maven === undefined) {
    throw new Failure('lab-missing-tool', explainMissingMaven);
  }
  return { java, jars: await fetchedJars(maven, fetch) };
}

export function explainMissingJava(others: readonly FoundJava[]): string {
  const met = others.map(({ program, version }) => `${version} at ${program}`).join(', ');
  return (
    `Cassandra runs on Java ${JAVA_VERSION} and none was found${met === '' ? '' : ` (found ${met})`}. ` +
    'Install it with: Debian/Ubuntu: sudo apt install openjdk-17-jdk-headless · ' +
    'Fedora: sudo dnf install java-17-openjdk-headless · macOS: brew install openjdk@17 · ' +
    'a system that no longer offers 17: https://adoptium.net/installation · then, if it lies elsewhere, set JAVA_HOME'
  );
}

export const explainMissingMaven =
  'Maven (mvn) fetches Cassandra and was not found on PATH. Install it with: Debian/Ubuntu: sudo apt install maven · ' +
  'Fedora: sudo dnf install maven · macOS: brew install maven';

export function explainMissingAddresses(addresses: readonly string[]): string {
  return `this machine does not have the address ${addresses.join(', ')}. On macOS: ${aliasCommands(addresses)}`;
}

function requiredJava({ java, others }: JavaSearch): string {
  if (java === undefined) throw new Failure('lab-missing-tool', explainMissingJava(others));
  return java;
}
