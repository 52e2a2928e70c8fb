/** The files that pages are made of, which are usually not what one wants to count. */

/** Extensions of style sheets, scripts, fonts, images and source maps, lower case. */
export const STATIC_EXTENSIONS: readonly string[] = [
  'avif',
  'bmp',
  'css',
  'cur',
  'eot',
  'gif',
  'ico',
  'jpeg',
  'jpg',
  'js',
  'map',
  'mjs',
  'otf',
  'png',
  'svg',
  'ttf',
  'webmanifest',
  'webp',
  'woff',
  'woff2',
];

/** The extension of a path's last segment, lower case and without its dot, or '' if it has none. */
export function getExtension(path: string): string {
  const dot = path.lastIndexOf('.');
  return dot > path.lastIndexOf('/') ? path.slice(dot + 1).toLowerCase() : '';
}
