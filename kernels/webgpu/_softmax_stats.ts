/** The program that reads the logits for the loss: statistics of each row, or of each part of it. */
import type {TensorInfo} from '@tensorflow/tfjs-core';
import {forEach, runProgram, sharing, type Sharing} from './_program';
import {reductionCode, type Reduction} from './_reduction';
import {
  STATS,
  rowCode,
  rowUniforms,
  structureKey,
  targetCode,
  targetInputs,
  type Rows,
  type SoftmaxCall,
  type Structure,
} from './_softmax_rows';

function largest(searched: boolean): Reduction {
  return {
    struct: 'Largest',
    merge: `
  a.m = max(a.m, b.m);
  a.nanBits |= b.nanBits;${searched ? 'a.findings += b.findings; a.found = max(a.found, b.found);' : ''}`,
  };
}

const MERGE_TARGETS = `
  a.halfLoss = plus(plus(a.halfLoss, b.halfLoss.x), b.halfLoss.y);
  a.others = plus(plus(a.others, b.others.x), b.others.y);
  a.own += b.own;
  a.nanBits |= b.nanBits;`;
const TARGET_FIELDS = 'halfLoss : vec2<f32>, others : vec2<f32>, own : f32, nanBits : u32,';

function sums(withTargets: boolean): Reduction {
  return {
    struct: 'Sums',
    merge: `
  a.s = plus(plus(a.s, b.s.x), b.s.y);
  a.maxima += b.maxima;${withTargets ? MERGE_TARGETS : ''}`,
  };
}

const TARGETS: Reduction = {struct: 'Targets', merge: MERGE_TARGETS};

/** Runs it: [N·parts, STATS]. */
export function rowStats(call: SoftmaxCall, rows: Rows): TensorInfo {
  const {structure, count, parts, partLength} = rows;
  const units = count * parts;
  const shared = sharing(units, partLength);
  return runProgram(
    call.backend,
    {
      key: `softmax stats ${structureKey(structure)} ${shared.threadsPerRow}`,
      inputs: {logits: call.inputs.logits, ...targetInputs(call, rows)},
      uniforms: rowUniforms(call, rows),
      size: units * STATS,
      groups: Math.ceil((units * shared.threadsPerRow) / shared.threads),
      threads: shared.threads,
      code: statsCode(structure, shared),
    },
    [units, STATS],
  );
}

function statsCode(structure: Structure, shared: Sharing): string {
  const {dense, searched, focal, sparse} = structure;
  const withTargets = dense && !focal;
  const threads = shared.threadsPerRow;
  const columns = {start: 'start + lane', end: 'end', step: threads};
  // None, where the one class that has a target is known.
  const several = {...columns, start: 'select(end, start + lane, largest.findings > 1)'};
  return `
${rowCode(structure)}
${targetCode(structure)}
struct Largest { m : f32, nanBits : u32, ${searched ? 'findings : i32, found : i32,' : ''} };
struct Sums { s : vec2<f32>, maxima : i32, ${withTargets ? TARGET_FIELDS : ''} };
struct Targets { ${TARGET_FIELDS} };
${reductionCode(largest(searched), shared)}
${reductionCode(sums(withTargets), shared)}
${dense && focal ? reductionCode(TARGETS, shared) : ''}

fn main(index : i32) {
  let unit = min(index / ${threads}, uniforms.rows * uniforms.parts - 1);
  let lane = index % ${threads};
  let row = unit / uniforms.parts;
  let start = (unit % uniforms.parts) * uniforms.partLength;
  let end = min(start + uniforms.partLength, uniforms.classes);
  let base = row * uniforms.classes;
  let y = classOf(row);

  // Variables of their own in the loops: fields of a struct are slower on software rasterisers.
  var ownLargest = -uniforms.INFINITY;
  var nanBits = 0u;
  ${searched ? 'var findings = 0; var found = NO_TARGET;' : ''}
  ${forEach(columns, LOGIT_OF_ELEMENT + (searched ? SEARCH : ''))}
  let largest = reduceLargest(Largest(ownLargest, nanBits${searched ? ', findings, found' : ''}));
  let m = largest.m;

  var s = vec2<f32>(0.0f);
  var maxima = 0;
  ${withTargets ? TARGET_VARIABLES : ''}
  // Compensation for the sum of a turn alone.
  var sum = 0.0f;
  ${withTargets ? 'var halfOfTurn = 0.0f; var othersOfTurn = 0.0f;' : ''}
  ${forEach(columns, termOfElement(withTargets && !searched), {perTurn: 8, afterTurn: addTurn(withTargets && !searched)})}
  ${withTargets && searched ? forEach(several, TARGETS_OF_ELEMENT, {afterTurn: ADD_TARGETS_OF_TURN}) : ''}
  let sums = reduceSums(Sums(s, maxima${withTargets ? ', halfLoss, others, own, nanBits' : ''}));

  var part : Part;
  part.m = m;
  part.s64 = sums.s.x + (sums.s.y + f32(max(sums.maxima - 1, 0)) * TWO_POW_64);
  part.kind = select(TIED, UNIQUE, sums.maxima == 1);
  // NaN and +∞ among the logits. A part may be all −∞, a row may not.
  nanBits = largest.nanBits;
  ${dense ? '' : SINGLE_TARGET}
  ${withTargets ? writeTargets('sums') : ''}
  ${dense && focal ? focalTargets(threads, searched ? several.start : columns.start) : ''}
  ${searched ? foundTarget(focal) : ''}
  let isBad = (nanBits >> 31u) != 0u || bitcast<u32>(m) == INFINITE || y == NO_NUMBER;
  part.kind = select(part.kind, NO_NUMBER, isBad);
  ${sparse ? 'part.kind = select(part.kind, IGNORED, y == IGNORED);' : ''}

  if (lane == 0 && index / ${threads} < uniforms.rows * uniforms.parts) {
    let at = unit * ${STATS};
    result[at] = part.m;
    result[at + 1] = part.s64;
    result[at + 2] = f32(part.kind);
    result[at + 3] = part.halfLoss;
    result[at + 4] = part.others;
    result[at + 5] = part.own;
    result[at + 6] = part.label;
    result[at + 7] = f32(part.found);
  }
}
`;
}

const LOGIT_OF_ELEMENT = `
    let z = f32(logits[base + k]);
    ownLargest = max(ownLargest, z);
    nanBits |= nanBit(z);`;
// NaN is not 0 by its bits.
const SEARCH = `
    let isTarget = magnitude(f32(labels[base + k])) != 0u;
    findings += select(0, 1, isTarget);
    found = select(found, k, isTarget);`;

function termOfElement(withTargets: boolean): string {
  return `
      let z = f32(logits[base + k]);
      let isMaximal = z == m;
      maxima += select(0, 1, isMaximal);
      sum += select(exp64(difference(z, m)), 0.0f, isMaximal);
      ${withTargets ? TARGET_OF_ELEMENT : ''}`;
}

function addTurn(withTargets: boolean): string {
  return `
    s = plus(s, sum);
    sum = 0.0f;
    ${withTargets ? ADD_TARGETS_OF_TURN : ''}`;
}

const TARGET_OF_ELEMENT = `
      let q = targetOf(row, k, y);
      nanBits |= nanBit(q);
      own += select(0.0f, q, isMaximal);
      let counted = select(q, 0.0f, isMaximal);
      othersOfTurn += counted;
      halfOfTurn += halfGap(counted, m, z);`;
/** Without what only classes with a target are asked. */
const TARGETS_OF_ELEMENT = `
      let z = f32(logits[base + k]);
      let isMaximal = z == m;${TARGET_OF_ELEMENT}`;
const ADD_TARGETS_OF_TURN = `
    halfLoss = plus(halfLoss, halfOfTurn);
    others = plus(others, othersOfTurn);
    halfOfTurn = 0.0f;
    othersOfTurn = 0.0f;`;

const TARGET_VARIABLES = `var halfLoss = vec2<f32>(0.0f);
  var others = vec2<f32>(0.0f);
  var own = 0.0f;`;

function writeTargets(of: string): string {
  return `part.halfLoss = ${of}.halfLoss.x + ${of}.halfLoss.y;
  part.others = ${of}.others.x + ${of}.others.y;
  part.own = ${of}.own;
  nanBits |= ${of}.nanBits;`;
}

/** The weight of the label is all there is; what follows from it needs the whole row. */
const SINGLE_TARGET = `
  if (y >= start && y < end) {
    part.label = f32(logits[base + y]);
    let weight = weighted(1.0f, y);
    part.own = select(0.0f, weight, part.label == part.m);
    part.others = weight - part.own;
  }`;

/** The loss and what else a single target brings to a row. */
function foundTarget(focal: boolean): string {
  return `
  part.found = select(TARGETS, largest.found, largest.findings <= 1);
  if (part.found >= 0) {
    let z = f32(logits[base + part.found]);
    let q = targetOf(row, part.found, y);
    nanBits |= nanBit(q);
    part.own = select(0.0f, q, z == m);
    part.others = q - part.own;
    ${focal ? FOCAL_FOUND : 'part.halfLoss = halfGap(part.others, m, z);'}
  }`;
}

const FOCAL_FOUND = `
    if (part.others != 0.0f) {
      let o = outcome(terms, z);
      part.halfLoss = q * o.x;
      part.others = q * o.y;
    }`;

function focalTargets(threads: number, first: string): string {
  return `
  let terms = sumsOfRow(part);
  ${TARGET_VARIABLES}
  for (var k = ${first}; k < end; k += ${threads}) {
    // To the next class that has a target: one-hot rows have few.
    var q = 0.0f;
    loop {
      q = targetOf(row, k, y);
      nanBits |= nanBit(q);
      if (q != 0.0f || k + ${threads} >= end) { break; }
      k += ${threads};
    }
    let z = f32(logits[base + k]);
    let isMaximal = z == part.m;
    let o = outcome(terms, z);
    let counts = q != 0.0f && !isMaximal;
    own += select(0.0f, q, isMaximal);
    halfLoss = plus(halfLoss, select(0.0f, q * o.x, counts));
    others = plus(others, select(0.0f, q * o.y, counts));
  }
  let targets = reduceTargets(Targets(halfLoss, others, own, nanBits));
  ${writeTargets('targets')}`;
}
