/** The search engines that send what was searched for, one row each. Parameters as their result pages have them. */

export interface SearchEngine {
  readonly name: string;
  /** `bing.com` is that host and all below it; `google.*` is the name under any country's domain. */
  readonly hosts: readonly string[];
  /** The first that is there has the terms. */
  readonly parameters: readonly string[];
  /** What must stand before the host, if other services of the engine have the same parameters. */
  readonly prefixes?: RegExp;
}

/** Google's mail, maps and documents have a parameter `q` too. */
const GOOGLE_SEARCH = /^(?:(?:www|m|images|news|video|scholar|encrypted|ipv[46])\.)?$/;
const SEARCH_LABEL = /(?:^|\.)(?:m?search|suche|recherche)\.$/;

const ROWS: readonly SearchEngine[] = [
  { name: 'Google', hosts: ['google.*'], parameters: ['q', 'as_q'], prefixes: GOOGLE_SEARCH },
  { name: 'Bing', hosts: ['bing.com'], parameters: ['q'] },
  { name: 'Yahoo', hosts: ['yahoo.*'], parameters: ['p'], prefixes: SEARCH_LABEL },
  { name: 'Yandex', hosts: ['yandex.*', 'ya.ru'], parameters: ['text'] },
  { name: 'DuckDuckGo', hosts: ['duckduckgo.com'], parameters: ['q'] },
  { name: 'Baidu', hosts: ['baidu.com'], parameters: ['wd', 'word'] },
  { name: 'Ecosia', hosts: ['ecosia.org'], parameters: ['q'] },
  { name: 'Startpage', hosts: ['startpage.com', 'ixquick.com'], parameters: ['query', 'q'] },
  { name: 'Qwant', hosts: ['qwant.com'], parameters: ['q'] },
  { name: 'Brave', hosts: ['search.brave.com'], parameters: ['q'] },
  { name: 'Kagi', hosts: ['kagi.com'], parameters: ['q'] },
  { name: 'Mojeek', hosts: ['mojeek.com'], parameters: ['q'] },
  { name: 'Swisscows', hosts: ['swisscows.com'], parameters: ['query'] },
  { name: 'MetaGer', hosts: ['metager.org', 'metager.de'], parameters: ['eingabe'] },
  { name: 'Naver', hosts: ['search.naver.com'], parameters: ['query'] },
  { name: 'Daum', hosts: ['search.daum.net'], parameters: ['q'] },
  { name: 'Seznam', hosts: ['search.seznam.cz'], parameters: ['q'] },
  { name: 'Sogou', hosts: ['sogou.com'], parameters: ['query', 'keyword'] },
  { name: '360', hosts: ['so.com', 'haosou.com'], parameters: ['q'] },
  { name: 'Coc Coc', hosts: ['coccoc.com'], parameters: ['query'] },
  { name: 'Mail.ru', hosts: ['go.mail.ru'], parameters: ['q'] },
  { name: 'Rambler', hosts: ['nova.rambler.ru'], parameters: ['query'] },
  { name: 'AOL', hosts: ['aol.*'], parameters: ['q', 'query'], prefixes: SEARCH_LABEL },
  { name: 'Ask', hosts: ['ask.com'], parameters: ['q', 'searchfor'] },
  { name: 'Lycos', hosts: ['search.lycos.com'], parameters: ['q', 'query'] },
  { name: 'Dogpile', hosts: ['dogpile.com'], parameters: ['q'] },
  { name: 'T-Online', hosts: ['suche.t-online.de'], parameters: ['q'] },
  { name: 'WEB.DE', hosts: ['suche.web.de'], parameters: ['q', 'su'] },
  { name: 'GMX', hosts: ['suche.gmx.net'], parameters: ['q', 'su'] },
  { name: 'Petal', hosts: ['petalsearch.com'], parameters: ['query', 'q'] },
];

/** `com`, `de`, `co.uk`, `com.br`. */
const COUNTRY = /^(?:[a-z]{2,3}|com?\.[a-z]{2})$/;

const ENGINES = new Map(ROWS.flatMap((row) => row.hosts.map((host) => [host, row] as const)));

/** @param host lower case, without port */
export function findSearchEngine(host: string): SearchEngine | null {
  for (let at = 0; at !== -1; at = nextLabel(host, at)) {
    const engine = ENGINES.get(host.slice(at)) ?? findOfCountry(host, at);
    if (engine === undefined) continue;
    return engine.prefixes?.test(host.slice(0, at)) === false ? null : engine;
  }
  return null;
}

function findOfCountry(host: string, at: number): SearchEngine | undefined {
  const dot = host.indexOf('.', at);
  if (dot === -1) return undefined;
  const engine = ENGINES.get(`${host.slice(at, dot)}.*`);
  return engine !== undefined && COUNTRY.test(host.slice(dot + 1)) ? engine : undefined;
}

/** @returns where the label after the one at a position begins; -1 if it is the last */
function nextLabel(host: string, at: number): number {
  const dot = host.indexOf('.', at);
  return dot === -1 ? -1 : dot + 1;
}
