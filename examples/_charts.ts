/** The charts of the report, as SVG that takes its text colour from the page and scales to its place. */
import {type EChartsCoreOption, init} from 'echarts';
import type {ReliabilityDiagram} from '../src/calibration';
import type {Epoch} from './_train';

const WIDTH = 380;
const HEIGHT = 340;
const FONT_SIZE = 13;
const TEXT = {color: 'currentColor', fontSize: FONT_SIZE};
const FAINT_LINE = {color: 'currentColor', opacity: 0.18};
const GRID = {left: 62, right: 16, top: 34, bottom: 50};

/** The loss on both parts, epoch by epoch. */
export function lossChart(history: readonly Epoch[], color: string, label: string): string {
  return draw(
    {
      grid: GRID,
      legend: legend(['test', 'train']),
      xAxis: epochAxis(history),
      yAxis: {...valueAxis('loss in nats'), min: 0},
      series: [
        line('test', history, ({testLoss}) => testLoss, color, 'solid'),
        line('train', history, ({trainLoss}) => trainLoss, color, 'dashed'),
      ],
    },
    HEIGHT,
    label,
  );
}

/** The share of the test part that is classified right, epoch by epoch. */
export function accuracyChart(history: readonly Epoch[], from: number, color: string, label: string): string {
  return draw(
    {
      grid: {...GRID, top: 18},
      xAxis: epochAxis(history),
      yAxis: {...valueAxis('test accuracy in %'), min: 100 * from, max: 100, interval: 5},
      series: [line('test', history, ({testAccuracy}) => 100 * testAccuracy, color, 'solid')],
    },
    HEIGHT,
    label,
  );
}

/** Above how often predictions come true by how sure they are, below how many of them there are. */
export function reliabilityChart({bins, count}: ReliabilityDiagram, color: string, label: string): string {
  const filled = bins.filter((bin) => bin.count > 0);
  const axis = {min: 0, max: 100, interval: 20, containShape: false};
  const binWidth = (WIDTH - GRID.left - GRID.right) / bins.length;
  return draw(
    {
      grid: [
        {...GRID, bottom: 122},
        {...GRID, top: 238},
      ],
      legend: legend(['ideal', 'network']),
      xAxis: [
        {...valueAxis(''), ...axis, gridIndex: 0, axisLabel: {show: false}},
        {...valueAxis('predicted probability in %', 32), ...axis, gridIndex: 1},
      ],
      yAxis: [
        {...valueAxis('came true in %'), ...axis, gridIndex: 0},
        {...valueAxis('share in %'), min: 0, max: 100, interval: 50, gridIndex: 1},
      ],
      series: [
        {
          ...SILENT,
          type: 'line',
          name: 'ideal',
          symbol: 'none',
          color: 'currentColor',
          lineStyle: {type: 'dashed', width: 1.5, opacity: 0.6, color: 'currentColor'},
          data: [
            [0, 0],
            [100, 100],
          ],
        },
        {
          ...SILENT,
          type: 'line',
          name: 'network',
          color,
          symbol: 'circle',
          // The area of a point grows with what stands behind it.
          symbolSize: (_point: unknown, {dataIndex}: {dataIndex: number}) =>
            5 + 15 * Math.sqrt((filled[dataIndex]?.count ?? 0) / count),
          lineStyle: {width: 1.5, color, opacity: 0.4},
          clip: false,
          data: filled.map(({confidence, accuracy}) => [100 * confidence, 100 * accuracy]),
        },
        {
          ...SILENT,
          type: 'bar',
          xAxisIndex: 1,
          yAxisIndex: 1,
          barWidth: binWidth - 2,
          color,
          data: bins.map((bin) => [50 * (bin.from + bin.to), (100 * bin.count) / count]),
        },
      ],
    },
    HEIGHT,
    label,
  );
}

const SILENT = {silent: true, emphasis: {disabled: true}};

function line(
  name: string,
  history: readonly Epoch[],
  value: (epoch: Epoch) => number,
  color: string,
  type: 'solid' | 'dashed',
): object {
  return {
    ...SILENT,
    type: 'line',
    name,
    color,
    symbol: 'none',
    lineStyle: {type, width: 2, color},
    data: history.map((epoch, i) => [i + 1, value(epoch)]),
  };
}

function legend(names: readonly string[]): object {
  return {
    data: names,
    top: 0,
    right: 12,
    selectedMode: false,
    itemWidth: 26,
    itemHeight: 10,
    itemGap: 18,
    // Without it a legend shows a symbol also for lines that have none.
    itemStyle: {opacity: 0},
    textStyle: TEXT,
    lineStyle: {width: 2},
  };
}

function epochAxis(history: readonly Epoch[]): object {
  return {...valueAxis('epoch', 32), min: 0, max: history.length, minInterval: 1};
}

function valueAxis(name: string, nameGap = 42): object {
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

function draw(option: EChartsCoreOption, height: number, label: string): string {
  const chart = init(null, null, {renderer: 'svg', ssr: true, width: WIDTH, height});
  chart.setOption({animation: false, textStyle: {fontFamily: 'inherit'}, ...option});
  const svg = chart.renderToSVGString();
  // A chart that is not disposed of keeps Node from ending.
  chart.dispose();
  return svg
    .replace(/<style[\s\S]*?<\/style>/g, '') // Only for hovering.
    .replace(/ class="[^"]*"| ecmeta_\w+="[^"]*"| xmlns:xlink="[^"]*"/g, '')
    .replace(/^<svg width="\d+" height="\d+"/, `<svg role="img" aria-label="${label}"`);
}
