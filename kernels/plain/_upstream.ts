import type {Upstream} from './rows';

/** scale·dy of a row, from one number per row or one for all. */
export function upstreamOfRow({scale, dy}: Upstream, row: number): number {
  return scale * dy[dy.length === 1 ? 0 : row]!;
}
