/** Robots, as their user agents tell. */
import { isbot } from 'isbot';

/** Bound of the user agents whose answer is remembered; then all are forgotten. Real logs repeat few of them. */
const MAX_KNOWN_AGENTS = 10_000;

/** Characters of a user agent that are looked at, as many as servers take of a header: no agent costs more than these do. */
const MAX_AGENT_CHARACTERS = 8_192;

/** Whether a user agent is a robot's. This is the only definition: filters and the audience ask here. */
export function isRobot(userAgent: string): boolean {
  return isbot(userAgent.slice(0, MAX_AGENT_CHARACTERS));
}

/** Makes a test of user agents that remembers its answers: isbot's expression costs more than a microsecond for a browser. */
export function createRobotTest(): (userAgent: string) => boolean {
  const known = new Map<string, boolean>();
  return (text) => {
    const userAgent = text.slice(0, MAX_AGENT_CHARACTERS);
    const answer = known.get(userAgent);
    if (answer !== undefined) return answer;
    if (known.size >= MAX_KNOWN_AGENTS) known.clear();
    const robot = isRobot(userAgent);
    known.set(userAgent, robot);
    return robot;
  };
}
