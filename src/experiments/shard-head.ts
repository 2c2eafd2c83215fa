/** The first line of a results file that is a part of a sweep: it says which part, so that a merge knows what is missing. */
import type { Run, Shard } from "./shard.js";

export interface ShardHead {
  shard: Shard & {
    /** How many runs the sweep has in all. */
    runs: number;
    /** The part's own: the place in the sweep, the first is 0, and the key. */
    own: [place: number, key: string][];
  };
}

/** @param all of the sweep, each key once @param own those of the part */
export function shardHead({ index, count }: Shard, all: readonly Run[], own: readonly Run[]): ShardHead {
  const keys = new Set(own.map(({ key }) => key));
  const places = all.flatMap(({ key }, place): [number, string][] => (keys.has(key) ? [[place, key]] : []));
  return { shard: { index, count, runs: all.length, own: places } };
}

export function isShardHead(content: unknown): content is ShardHead {
  const { shard } = (content ?? {}) as Partial<ShardHead>;
  return (
    [shard?.index, shard?.count, shard?.runs].every(Number.isInteger) &&
    Array.isArray(shard?.own) &&
    shard.own.every(
      (entry) => Array.isArray(entry) && Number.isInteger(entry[0]) && typeof entry[1] === "string",
    )
  );
}
