/**
 * User agents: the browser, system and device of a person, or the name of a robot. What a person has comes from fixed lists,
 * so that no client can invent further values. A robot may name itself.
 */
import { createRequire } from 'node:module';
import { isRobot } from '../attribute/robots.js';
import { findRobotName } from './robot-name.js';

export type Device = 'desktop' | 'phone' | 'tablet' | 'tv';

/** Null in a field means that the user agent does not tell. */
export interface Agent {
  /** Without version: `Chrome`, `Microsoft Edge`. */
  readonly browser: string | null;
  /** Without version: `Windows`, `macOS`, `Android`. */
  readonly system: string | null;
  readonly device: Device | null;
  /** `Googlebot`, `curl`; null for people. A robot has nothing else. */
  readonly robot: string | null;
}

/** Bound of each name of an agent, in characters. */
export const MAX_NAME_CHARACTERS = 64;

/**
 * Characters in which browsers and robots are looked for; real browsers need fewer than 300. Some expressions of the lists take
 * quadratic time: 8,192 hostile characters take 14 ms, and 512 take 0.3 ms.
 */
const MAX_CHARACTERS = 512;

const UNKNOWN: Agent = { browser: null, system: null, device: null, robot: null };

const DEVICES: Readonly<Record<string, Device>> = {
  desktop: 'desktop',
  mobile: 'phone',
  tablet: 'tablet',
  tv: 'tv',
};

/** Systems of desktops only; bowser names no device for some of them. */
const DESKTOP_SYSTEMS = new Set(['Windows', 'macOS', 'Linux', 'Chrome OS']);

/** What is known of browsers and systems. */
interface AgentLists {
  readonly parse: (userAgent: string) => import('bowser').Parser.Parser;
  readonly systems: ReadonlySet<string>;
  readonly browsers: ReadonlySet<string>;
}

let lists: AgentLists | null = null;

/** Loads the library when the first agent is described: most runs describe none, and to load it takes longer than to count a small log. */
function loadLists(): AgentLists {
  if (lists !== null) return lists;
  const bowser: typeof import('bowser') = createRequire(import.meta.url)('bowser');
  // `Generic` stands for a name that bowser copies from the text
  const browsers = Object.values(bowser.BROWSER_MAP).filter((name) => name !== 'Generic');
  lists = {
    // nothing is parsed before it is asked for
    parse: (userAgent) => bowser.getParser(userAgent, true),
    systems: new Set(Object.values(bowser.OS_MAP)),
    browsers: new Set(browsers),
  };
  return lists;
}

/** Tells who asked. An answer takes 10 to 50 µs, so who asks for each line remembers the answers. */
export function describeAgent(userAgent: string): Agent {
  const text = userAgent.slice(0, MAX_CHARACTERS);
  if (isRobot(userAgent)) return { ...UNKNOWN, robot: findRobotName(text, MAX_NAME_CHARACTERS) };
  // bowser takes no empty text
  if (text === '') return UNKNOWN;
  const { parse, systems, browsers } = loadLists();
  const parser = parse(text);
  const browser = parser.getBrowserName();
  const system = parser.getOSName();
  const platform = parser.getPlatformType();
  return {
    ...UNKNOWN,
    // bowser sees a robot where isbot does not: what it names is no browser
    browser: browsers.has(browser) && platform !== 'bot' ? browser : null,
    system: systems.has(system) ? system : null,
    device: findDevice(text, system, platform),
  };
}

/** Android's apps, unlike its browsers, never write `Mobile`, which is all that tells a phone from a tablet. */
function findDevice(text: string, system: string, platform: string): Device | null {
  if (platform === 'tablet' && system === 'Android' && !text.startsWith('Mozilla/')) return null;
  return DEVICES[platform] ?? (DESKTOP_SYSTEMS.has(system) ? 'desktop' : null);
}
