import {
  type ReliabilityDiagram,
  type ReliabilityDiagramSvgOptions,
  reliabilityDiagram,
  reliabilityDiagramSvg,
} from '../../src/calibration';
import {tagError} from '../examples/_markup';

let diagram: ReliabilityDiagram;
beforeAll(async () => {
  // σ: 3 × 1/2 of which 2 come true, 1 × 1 that does.
  diagram = await reliabilityDiagram([1, 1, 0, 1], [0, 0, 0, Infinity], {bins: 4});
});

function attributes(svg: string, tag: string, names: readonly string[]): number[][] {
  return [...svg.matchAll(new RegExp(`<${tag} [^>]*>`, 'g'))].map(([element]) =>
    names.map((name) => Number(new RegExp(` ${name}="([^"]*)"`).exec(element)?.[1])),
  );
}

test('is well-formed and needs nothing else', () => {
  const svg = reliabilityDiagramSvg(diagram);
  expect(tagError(svg)).toBeUndefined();
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 380 380" role="img"/);
  expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/http|url\(|<script|<style|href|class=| id=/);
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
});

test('says to who does not see it what it shows', () => {
  const svg = reliabilityDiagramSvg(diagram, {title: 'Test part'});
  const description = /<title>Test part<\/title>\n<desc>(.*?)<\/desc>/.exec(svg)?.[1]?.replaceAll('\u00a0', ' ');
  expect(description).toBe(
    '4 predictions with a mean probability of 62.5 %, of which 75.0 % came true. Expected calibration error 12.5 %, ' +
      'maximum 16.7 %. By probability: 50.0 % to 75.0 %: 3 predicted with 50.0 %, 66.7 % came true; ' +
      '75.0 % to 100.0 %: 1 predicted with 100.0 %, 100.0 % came true.',
  );
});

test('a point and a bar for each bin that holds something, where they belong', () => {
  const svg = reliabilityDiagramSvg(diagram);
  // 0 to 1 is 62 to 364 across, 246 to 40 upwards.
  const [half, sure] = attributes(svg, 'circle', ['cx', 'cy', 'r']);
  expect(attributes(svg, 'circle', ['cx'])).toHaveLength(2);
  expect(half?.[0]).toBeCloseTo(62 + 302 / 2, 1);
  expect(half?.[1]).toBeCloseTo(246 - (206 * 2) / 3, 1);
  expect(sure?.slice(0, 2)).toEqual([364, 40]);
  // Three of four predictions, in area.
  expect(half![2]!).toBeGreaterThan(sure![2]!);
  const bars = attributes(svg, 'rect', ['x', 'width', 'height']);
  expect(bars).toHaveLength(2);
  expect(bars[0]?.[2]).toBeCloseTo(3 * bars[1]![2]!, 1);
  expect(bars[0]?.[0]).toBeCloseTo(62 + 302 / 2 + 1, 1);
  expect(bars[0]?.[1]).toBeCloseTo(302 / 4 - 2, 1);
});

test('title and colour are text, whatever they hold', () => {
  const svg = reliabilityDiagramSvg(diagram, {title: '<b>&"', color: '"><script>'});
  expect(tagError(svg)).toBeUndefined();
  expect(svg).toContain('<title>&lt;b&gt;&amp;&quot;</title>');
  expect(svg).not.toContain('<script>');
  expect(reliabilityDiagramSvg(diagram, {color: 'tomato'})).toContain('<g fill="tomato">');
});

test('wrong arguments are refused', () => {
  const promised = reliabilityDiagram([1], [0]) as unknown as ReliabilityDiagram;
  expect(() => reliabilityDiagramSvg(promised)).toThrow(
    /'diagram' must be .*, but is an object \(Promise\)\. Await it/,
  );
  expect(() => reliabilityDiagramSvg(undefined as unknown as ReliabilityDiagram)).toThrow(/but is undefined/);
  const options = (value: object): ReliabilityDiagramSvgOptions => value;
  expect(() => reliabilityDiagramSvg(diagram, options({title: 1}))).toThrow(/'title' must be text, but is 1/);
  expect(() => reliabilityDiagramSvg(diagram, options({colour: 'red'}))).toThrow(/'colour'\. Did you mean 'color'\?/);
});
