/** Bars of hits for each step, stacked by type. A canvas shows them, so the caller adds a table of the same numbers. */
import uPlot from 'uplot';
import { sum } from './data.js';
import { make } from './dom.js';
import { type ChartStep, formatCount, formatShortCount, formatShortStep, formatStep } from './words.js';

export interface ChartSeries {
  readonly title: string;
  readonly counts: readonly number[];
}

export interface ChartOptions {
  /** What a screen reader says instead of the chart. */
  readonly summary: string;
  readonly starts: readonly string[];
  readonly step: ChartStep;
  /** From the bottom up; as many as there are colours. */
  readonly series: readonly ChartSeries[];
  /** Counts of the period before, drawn as a line; null for none. */
  readonly before: readonly number[] | null;
  /** The steps that are not wholly counted, by their starts; they are striped. */
  readonly partial: ReadonlySet<string>;
  /** In pixels. */
  readonly height: number;
}

/** The colours `--series-1` and so on of page.css. */
export const MAX_SERIES = 6;

const WHOLE_STEPS = Array.from({ length: 15 }, (_, power) =>
  [1, 2, 5].map((digit) => digit * 10 ** power),
).flat();
/** Of the place of a step, and in pixels at most. */
const BAR_SHARE = 0.72;
const MAX_BAR = 48;
/** From one stripe to the next, in pixels. */
const STRIPE = 6;
const LABEL_STEPS = [1, 2, 3, 5, 7, 10, 14, 20, 25, 50];
const PRINT = matchMedia('print');
const DARK = matchMedia('(prefers-color-scheme: dark)');

/** Makes a chart that fills the width of its place, in the colours of the browser's scheme. */
export function makeChart(options: ChartOptions): HTMLElement {
  const canvas = make('div', { class: 'chart-canvas', role: 'img', 'aria-label': options.summary });
  // the page keeps its height while charts are drawn anew
  canvas.style.height = `${options.height}px`;
  const readout = make('p', { class: 'chart-readout', 'aria-hidden': 'true' }, '\u00a0');
  const figure = make('div', { class: 'chart' }, canvas, readout);
  let plot: uPlot | null = null;
  const draw = () => {
    const width = canvas.clientWidth;
    if (width === 0) return;
    plot?.destroy();
    plot = new uPlot(toPlotOptions(options, width, readout), toPlotData(options), canvas);
  };
  new ResizeObserver(() => {
    if (plot === null) drawInTurn(draw);
    else if (canvas.clientWidth > 0) plot.setSize({ width: canvas.clientWidth, height: options.height });
  }).observe(canvas);
  for (const query of [PRINT, DARK]) query.addEventListener('change', () => figure.isConnected && draw());
  return figure;
}

/** Draws at once, or in the frame after the first one: a person reads while charts are drawn, which takes as long as all else. */
function drawInTurn(draw: () => void): void {
  if (performance.getEntriesByName('first-contentful-paint').length > 0) draw();
  else requestAnimationFrame(draw);
}

/** Each series stands on those before it; the highest is drawn first, and the others over it. */
function toPlotData({ starts, series, before }: ChartOptions): uPlot.AlignedData {
  const heights = new Array<number>(starts.length).fill(0);
  const stacked = series.map(({ counts }) => {
    counts.forEach((count, at) => {
      heights[at] = (heights[at] ?? 0) + count;
    });
    return [...heights];
  });
  const line = before === null ? [] : [starts.map((_, at) => before[at] ?? null)];
  return [starts.map((_, at) => at), ...stacked.reverse(), ...line];
}

function toPlotOptions(options: ChartOptions, width: number, readout: HTMLElement): uPlot.Options {
  const { starts, step, series, before, height } = options;
  const style = getComputedStyle(document.documentElement);
  const getColor = (name: string) => style.getPropertyValue(name).trim();
  const axis = {
    stroke: getColor('--muted'),
    font: `12px ${getComputedStyle(document.body).fontFamily}`,
    ticks: { show: false },
  };
  return {
    width,
    height,
    padding: [12, 20, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
    scales: {
      x: { time: false, range: () => [-0.5, starts.length - 0.5] },
      y: { range: (_, __, most) => [0, Math.max(1, most * 1.05)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 28,
        incrs: LABEL_STEPS,
        space: 64,
        values: (_, positions) =>
          positions.map((at) => (starts[at] === undefined ? '' : formatShortStep(starts[at], step))),
      },
      {
        ...axis,
        grid: { stroke: getColor('--line'), width: 1 },
        incrs: WHOLE_STEPS,
        space: 40,
        size: 56,
        values: (_, counts) => counts.map(formatShortCount),
      },
    ],
    series: [
      {},
      ...series
        .map((_, at) => toPlotSeries(getColor(`--series-${at + 1}`), at === series.length - 1))
        .reverse(),
      ...(before === null
        ? []
        : [{ stroke: getColor('--text'), width: 1.5, dash: [4, 3], points: { show: false } }]),
    ],
    hooks: {
      draw: [(plot) => stripe(plot, options, getColor('--background'))],
      setCursor: [({ cursor }) => describe(cursor.idx ?? null, options, readout)],
    },
  };
}

/** Draws stripes over the bars of steps that are not wholly counted. */
function stripe(plot: uPlot, { starts, series, partial }: ChartOptions, color: string): void {
  const { ctx } = plot;
  const pixels = ctx.canvas.width / plot.width;
  const width = Math.min(
    BAR_SHARE * (plot.valToPos(1, 'x', true) - plot.valToPos(0, 'x', true)),
    MAX_BAR * pixels,
  );
  starts.forEach((start, at) => {
    if (!partial.has(start)) return;
    const left = plot.valToPos(at, 'x', true) - width / 2;
    const top = plot.valToPos(sum(series.map(({ counts }) => counts[at] ?? 0)), 'y', true);
    const height = plot.valToPos(0, 'y', true) - top;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, width, height);
    ctx.clip();
    ctx.beginPath();
    for (let x = left - height; x < left + width; x += STRIPE * pixels) {
      ctx.moveTo(x, top + height);
      ctx.lineTo(x + height, top);
    }
    ctx.lineWidth = (STRIPE / 3) * pixels;
    ctx.strokeStyle = color;
    ctx.stroke();
    ctx.restore();
  });
}

/** Makes a series of bars; only the highest one has round corners. */
function toPlotSeries(fill: string, isHighest: boolean): uPlot.Series {
  const paths = uPlot.paths.bars?.({ size: [BAR_SHARE, MAX_BAR], radius: [isHighest ? 0.08 : 0, 0] });
  return { fill, width: 0, points: { show: false }, ...(paths === undefined ? {} : { paths }) };
}

/** Writes the hits of the step under the pointer. */
function describe(
  at: number | null,
  { starts, step, series, before }: ChartOptions,
  readout: HTMLElement,
): void {
  const start = at === null ? undefined : starts[at];
  if (at === null || start === undefined) {
    readout.textContent = '\u00a0';
    return;
  }
  const total = sum(series.map(({ counts }) => counts[at] ?? 0));
  const parts = series.map(({ title, counts }) => `${title} ${formatCount(counts[at] ?? 0)}`);
  readout.textContent = [
    `${formatStep(start, step)}: ${formatCount(total)}`,
    ...(series.length > 1 ? parts : []),
    ...(before?.[at] === undefined ? [] : [`the period before ${formatCount(before[at])}`]),
  ].join(' \u00b7 ');
}
