package io.rdsboot.move.read;

/**
 * MurmurHash3, x86, 32 bits, by Austin Appleby
 * (<a href="https://github.com/aappleby/smhasher">SMHasher</a>, public domain).
 */
final class Murmur3 {

	private static final int C1 = 0xcc9e2d51;

	private static final int C2 = 0x1b873593;

	private Murmur3() {
	}

	static int hash(byte[] data, int seed) {
		int hash = seed;
		int whole = data.length & ~3;
		for (int i = 0; i < whole; i += 4) {
			hash = Integer.rotateLeft(hash ^ mix(littleEndian(data, i, 4)), 13) * 5 + 0xe6546b64;
		}
		// The rest, of up to three bytes, mixes to 0 if there is none.
		hash ^= mix(littleEndian(data, whole, data.length - whole));
		return finish(hash ^ data.length);
	}

	private static int littleEndian(byte[] data, int offset, int count) {
		int value = 0;
		for (int i = count - 1; i >= 0; i--) {
			value = (value << 8) | (data[offset + i] & 0xff);
		}
		return value;
	}

	private static int mix(int block) {
		return Integer.rotateLeft(block * C1, 15) * C2;
	}

	private static int finish(int hash) {
		int mixed = (hash ^ (hash >>> 16)) * 0x85ebca6b;
		mixed = (mixed ^ (mixed >>> 13)) * 0xc2b2ae35;
		return mixed ^ (mixed >>> 16);
	}

}
