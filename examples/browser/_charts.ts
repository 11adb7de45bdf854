/** Charts that take their text colour from the page and their size from their place. */
import {BarChart, LineChart} from 'echarts/charts';
import {GridComponent, LegendComponent, MarkLineComponent} from 'echarts/components';
import {type EChartsCoreOption, init, use} from 'echarts/core';
import {SVGRenderer} from 'echarts/renderers';
import type {ReliabilityDiagram} from '../../src/calibration';
import {BUILT_IN, type Both, CONTENDERS, type Contender, OURS} from './_contenders';
import type {Speed} from './_speed';

use([BarChart, LineChart, GridComponent, LegendComponent, MarkLineComponent, SVGRenderer]);

export type Draw = (option: EChartsCoreOption) => void;

/** As index.html calls them. */
export const NAMES: Both<string> = {ours: 'tfjs-losses', builtIn: 'built-in'};

/** With a contrast of 3 : 1 or more on the light and on the dark page (WCAG 1.4.11), and told apart by their dashes too. */
const COLORS: Both<string> = {ours: '#2f7de1', builtIn: '#c9660a'};
const DASHES: Both<'solid' | 'dashed'> = {ours: 'solid', builtIn: 'dashed'};

const TEXT = {color: 'currentColor', fontSize: 12};
const FAINT_LINE = {color: 'currentColor', opacity: 0.18};
const GRID = {left: 54, right: 14, top: 30, bottom: 44};
const SILENT = {silent: true, emphasis: {disabled: true}};

/** A chart in this place; it follows the place's size. */
export function chartIn(place: HTMLElement): Draw {
  const chart = init(place, null, {renderer: 'svg'});
  // By its name, for echarts measures texts outside of the page.
  const {fontFamily} = getComputedStyle(place);
  new ResizeObserver(() => chart.resize()).observe(place);
  return (option) => {
    chart.setOption({animation: false, textStyle: {fontFamily}, ...option}, {notMerge: true});
  };
}

/** One value of both, epoch by epoch. */
export function curves(values: Both<readonly number[]>, epochs: number, yAxis: object): EChartsCoreOption {
  return {
    grid: GRID,
    legend: LEGEND,
    xAxis: {...valueAxis('epoch', 28), min: 0, max: epochs, minInterval: 1},
    yAxis,
    series: CONTENDERS.map((contender) =>
      line(
        contender,
        values[contender].map((y, x) => [x, y]),
      ),
    ),
  };
}

export const percentAxis = (name: string, max?: number): object => ({
  ...valueAxis(name),
  min: 0,
  ...(max === undefined ? {} : {max}),
});
export const logAxis = (name: string): object => ({
  ...valueAxis(name),
  type: 'log',
  axisLabel: {...TEXT, formatter: (value: number) => (value < 0.001 ? value.toExponential(0) : String(value))},
});

/** By how sure predictions are, how often they come true; the larger a point, the more of them. */
export function reliability(diagrams: Both<ReliabilityDiagram>): EChartsCoreOption {
  return {
    grid: GRID,
    legend: LEGEND,
    xAxis: {...valueAxis('predicted probability in %', 28), min: 0, max: 100, interval: 20},
    yAxis: {...valueAxis('came true in %'), min: 0, max: 100, interval: 20},
    series: [
      {
        ...SILENT,
        type: 'line',
        name: 'ideal',
        symbol: 'none',
        lineStyle: {type: 'dotted', width: 1.5, opacity: 0.6, color: 'currentColor'},
        data: [
          [0, 0],
          [100, 100],
        ],
      },
      ...CONTENDERS.map((contender) => points(contender, diagrams[contender])),
    ],
  };
}

function points(contender: Contender, {bins, count}: ReliabilityDiagram): object {
  const filled = bins.filter((bin) => bin.count > 0);
  return {
    ...line(
      contender,
      filled.map(({confidence, accuracy}) => [100 * confidence, 100 * accuracy]),
    ),
    symbol: 'circle',
    symbolSize: (_point: unknown, {dataIndex}: {dataIndex: number}) =>
      5 + 13 * Math.sqrt((filled[dataIndex]?.count ?? 0) / count),
    itemStyle: {color: COLORS[contender], opacity: 0.85},
    clip: false,
  };
}

/** A value of both by the gap, which one vertical line marks. */
export function byGap(values: Both<readonly number[]>, gap: number, yAxis: object): EChartsCoreOption {
  const widest = values.ours.length - 1;
  return {
    grid: {...GRID, left: 62},
    legend: LEGEND,
    xAxis: {...valueAxis('gap between the logits', 28), min: 0, max: widest, interval: 10},
    yAxis,
    series: CONTENDERS.map((contender) => ({
      // A logarithm has no place for 0: there the line ends.
      ...line(
        contender,
        values[contender].map((y, x) => [x, 'type' in yAxis && yAxis.type === 'log' && y === 0 ? null : y]),
      ),
      ...(contender === OURS ? {markLine: mark(gap)} : {}),
    })),
  };
}

/** A pair of bars for each backend. */
export function bars(speeds: readonly Speed[]): EChartsCoreOption {
  return {
    grid: {...GRID, left: 70, right: 58},
    legend: {...LEGEND, itemStyle: {}},
    xAxis: {...valueAxis('milliseconds', 28), min: 0, splitNumber: 3},
    yAxis: {
      type: 'category',
      inverse: true,
      data: speeds.map(({backend}) => backend),
      axisLabel: TEXT,
      axisLine: {show: false},
      axisTick: {show: false},
    },
    series: CONTENDERS.map((contender) => ({
      ...SILENT,
      type: 'bar',
      name: NAMES[contender],
      barMaxWidth: 18,
      color: COLORS[contender],
      label: {show: true, position: 'right', formatter: ({value}: {value: number}) => value.toPrecision(3), ...TEXT},
      data: speeds.map(({milliseconds}) => milliseconds[contender]),
    })),
  };
}

function mark(gap: number): object {
  return {
    ...SILENT,
    symbol: 'none',
    label: {show: false},
    lineStyle: {color: 'currentColor', type: 'solid', opacity: 0.5, width: 1},
    data: [{xAxis: gap}],
  };
}

function line(contender: Contender, data: readonly (readonly (number | null)[])[]): object {
  return {
    ...SILENT,
    type: 'line',
    name: NAMES[contender],
    color: COLORS[contender],
    symbol: 'none',
    lineStyle: {type: DASHES[contender], width: 2, color: COLORS[contender]},
    data,
  };
}

const LEGEND = {
  data: [NAMES[OURS], NAMES[BUILT_IN]],
  top: 0,
  right: 4,
  selectedMode: false,
  itemWidth: 26,
  itemHeight: 10,
  itemGap: 16,
  // Without it a legend shows a symbol also for lines that have none.
  itemStyle: {opacity: 0},
  lineStyle: {width: 2},
  textStyle: TEXT,
};

export function valueAxis(name: string, nameGap = 38): object {
  return {
    type: 'value',
    name,
    nameLocation: 'middle',
    nameGap,
    nameTextStyle: TEXT,
    axisLabel: TEXT,
    axisLine: {show: false},
    axisTick: {show: false},
    splitLine: {lineStyle: FAINT_LINE},
  };
}
