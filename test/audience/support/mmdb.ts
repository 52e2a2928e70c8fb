// Writes small files in MaxMind's format, version 2.0 (https://maxmind.github.io/MaxMind-DB/).

export type MmdbValue = string | number | { readonly [key: string]: MmdbValue };

interface MmdbFile {
  /** 4, or 6: then IPv4 networks are below `::/96`. */
  readonly ipVersion: 4 | 6;
  readonly kind: string;
  /** Bits of the network's address, such as `110010110` of 203.0.0.0/9, and what the file says of it. None is within another. */
  readonly networks: readonly (readonly [bits: string, value: MmdbValue])[];
}

const SEPARATOR = Buffer.alloc(16);
const MARKER = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');

/** A place of the tree: another node, or the position of a value in the data section; null if it is empty. */
type Place = TreeNode | number | null;
type TreeNode = [Place, Place];

export function writeMmdb({ ipVersion, kind, networks }: MmdbFile): Buffer {
  const root: TreeNode = [null, null];
  const values: Buffer[] = [];
  let size = 0;
  for (const [bits, value] of networks) {
    const bytes = encode(value);
    insert(root, bits, size);
    values.push(bytes);
    size += bytes.length;
  }
  const nodes = listNodes(root);
  const tree = nodes.flatMap((node) => node.map((place) => writeRecord(place, nodes)));
  const metadata = {
    ...{ binary_format_major_version: 2, binary_format_minor_version: 0, build_epoch: 1_700_000_000 },
    ...{ database_type: kind, ip_version: ipVersion, node_count: nodes.length, record_size: 24 },
  };
  return Buffer.concat([...tree, SEPARATOR, ...values, MARKER, encode(metadata)]);
}

/** The bits of an IPv4 network in a file of IPv6. */
export function toBits(network: string, ipVersion: 4 | 6): string {
  const [address = '', prefix] = network.split('/');
  const bits = address.split('.').map((part) => Number(part).toString(2).padStart(8, '0'));
  return (ipVersion === 6 ? '0'.repeat(96) : '') + bits.join('').slice(0, Number(prefix));
}

function insert(root: TreeNode, bits: string, position: number): void {
  let node = root;
  for (const [index, bit] of [...bits].entries()) {
    const side = bit === '1' ? 1 : 0;
    if (index === bits.length - 1) {
      node[side] = position;
      return;
    }
    const next: Place = node[side];
    const below: TreeNode = Array.isArray(next) ? next : [null, null];
    node[side] = below;
    node = below;
  }
}

function listNodes(node: TreeNode): TreeNode[] {
  return [node, ...node.flatMap((place) => (Array.isArray(place) ? listNodes(place) : []))];
}

/** Three bytes: the number of a node, the number of nodes if there is nothing, or a place in the data section. */
function writeRecord(place: Place, nodes: readonly TreeNode[]): Buffer {
  const empty = nodes.length;
  const number = Array.isArray(place) ? nodes.indexOf(place) : place === null ? empty : empty + 16 + place;
  const bytes = Buffer.alloc(3);
  bytes.writeUIntBE(number, 0, 3);
  return bytes;
}

/** Types 2 (text), 6 (number of four bytes) and 7 (map), each with fewer than 29 bytes or entries. */
function encode(value: MmdbValue): Buffer {
  if (typeof value === 'string') return Buffer.from([(2 << 5) | value.length, ...Buffer.from(value)]);
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(5, (6 << 5) | 4);
    bytes.writeUInt32BE(value, 1);
    return bytes;
  }
  const entries = Object.entries(value);
  return Buffer.concat([Buffer.from([(7 << 5) | entries.length]), ...entries.flat().map(encode)]);
}
