/**
 * One page that needs nothing beside itself: data, script and style are in it. Its Content-Security-Policy lets only this
 * script and this style be used, by their digests, and nothing be asked for; a page that is written anew may ask for itself,
 * which a policy cannot say more exactly than by its own origin.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { findErrorCode, InputError } from '../errors.js';
import type { ReportData } from '../report/report-shape.js';
import { toVisibleText } from './text.js';

/** What `npm run build` makes of src/page. */
const FOLDER = fileURLToPath(new URL('../page/', import.meta.url));

export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

/** @throws InputError if the page's script or style was not built */
export async function readPageAssets(folder: string = FOLDER): Promise<PageAssets> {
  const script = await readAsset(`${folder}page.js`);
  const style = await readAsset(`${folder}page.css`);
  return { script, style };
}

async function readAsset(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (findErrorCode(error) !== 'ENOENT') throw error;
    throw new InputError(`the report page was not built: '${path}' is missing`, {
      hint: 'npm run build in the folder of logtally builds it',
      cause: error,
    });
  }
}

/** @throws Error if script or style would end their element early */
export function formatPage(data: ReportData, { script, style }: PageAssets): string {
  if (/<\/script|<!--/i.test(script)) throw new Error('the script of the page would end early');
  if (/<\/style/i.test(style)) throw new Error('the style of the page would end early');
  const policy = [
    "default-src 'none'",
    `script-src '${toDigest(script)}'`,
    `style-src '${toDigest(style)}'`,
    ...(data.watch === null ? [] : ["connect-src 'self'"]),
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const title = toVisibleText(data.title).replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<div id="page"></div>
<noscript>This page needs JavaScript to show its numbers. It asks no other place for anything.</noscript>
<script type="application/json" id="data">${formatInlineJson(data)}</script>
<script>${script}</script>
</body>
</html>
`;
}

function toDigest(text: string): string {
  return `sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}`;
}

/** JSON that cannot end the element that it stands in, and that is JavaScript too. */
function formatInlineJson(data: unknown): string {
  return JSON.stringify(data).replace(
    /[<\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
