// Reads the packed data of a map: see maps/page/packing.py for the layout.

import type { Content } from "./content";
import { type Points, type Shapes, shapesOf } from "./shapes";
import { has } from "./words";

type Section = readonly [kind: "varint" | "delta" | "delta2" | "float", offset: number, count: number];

interface Header {
  readonly content: Content;
  readonly sections: Readonly<Record<string, Section>>;
}

export async function open(text: string): Promise<Pack> {
  return new Pack(await unzip(text));
}

async function unzip(text: string): Promise<ArrayBuffer> {
  const letters = atob(text.trim());
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i += 1) bytes[i] = letters.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

// Signed whole numbers out of seven-bit groups, the lowest first; even is positive, odd negative.
export function varints(bytes: Uint8Array, count: number): Int32Array {
  const values = new Int32Array(count);
  let at = 0;
  for (let i = 0; i < count; i += 1) {
    let value = 0;
    let shift = 0;
    let byte;
    do {
      byte = bytes[at];
      at += 1;
      value |= (byte & 127) << shift;
      shift += 7;
    } while (byte & 128);
    values[i] = (value >>> 1) ^ -(value & 1);
  }
  return values;
}

// Runs of differences, added up.
export function summed(differences: Int32Array): Int32Array {
  const out = new Int32Array(differences.length);
  let sum = 0;
  for (let i = 0; i < out.length; i += 1) {
    sum += differences[i];
    out[i] = sum;
  }
  return out;
}

export class Pack {
  readonly content: Content;
  private readonly sections: Header["sections"];
  private readonly start: number;

  constructor(private readonly buffer: ArrayBuffer) {
    const size = new DataView(buffer).getUint32(0, true);
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, size))) as Header;
    this.content = header.content;
    this.sections = header.sections;
    this.start = 4 + size;
  }

  has(name: string): boolean {
    return has(this.sections, name);
  }

  wholeNumbers(name: string): Int32Array {
    const [kind, offset, count] = this.sections[name];
    const length = kind.startsWith("delta") ? 2 * count : count;
    return varints(new Uint8Array(this.buffer, this.start + offset), length);
  }

  decimals(name: string): Float32Array {
    const [, offset, count] = this.sections[name];
    return new Float32Array(this.buffer, this.start + offset, count);
  }

  // Each vertex is written as its difference from the one before, on large maps in twos of steps.
  positions(name: string): Points {
    const steps = this.wholeNumbers(name);
    const unit = this.sections[name][0] === "delta2" ? 2 : 1;
    const count = steps.length / 2;
    const x = new Int32Array(count);
    const y = new Int32Array(count);
    for (let i = 0; i < count; i += 1) {
      x[i] = unit * steps[2 * i] + (i ? x[i - 1] : 0);
      y[i] = unit * steps[2 * i + 1] + (i ? y[i - 1] : 0);
    }
    return { x, y, count };
  }

  shapes(name: string): Shapes {
    const ring = this.wholeNumbers(`${name}.ring`);
    return shapesOf(this.positions(`${name}.at`), ring, this.wholeNumbers(`${name}.shape`));
  }
}
