package io.rdsboot.vector.recall;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import io.rdsboot.vector.type.ElementType;
import io.rdsboot.vector.type.VectorCodec;
import io.rdsboot.vector.type.VectorValue;

/**
 * Sample of the vectors that were searched for, each equally likely to be in it (Vitter,
 * Random Sampling with a Reservoir, 1985). Stays in memory. Thread-safe.
 */
final class QuerySample {

	private final ElementType type;

	private final int capacity;

	private final List<byte[]> vectors = new ArrayList<>();

	private long seen;

	QuerySample(ElementType type, int capacity) {
		this.type = type;
		this.capacity = capacity;
	}

	/**
	 * Take a copy of a vector, or leave it.
	 */
	synchronized void offer(VectorValue vector) {
		this.seen++;
		if (this.vectors.size() < this.capacity) {
			this.vectors.add(VectorCodec.encode(this.type, vector));
			return;
		}
		long place = ThreadLocalRandom.current().nextLong(this.seen);
		if (place < this.capacity) {
			this.vectors.set((int) place, VectorCodec.encode(this.type, vector));
		}
	}

	synchronized List<VectorValue> vectors() {
		List<VectorValue> copies = new ArrayList<>();
		this.vectors.forEach((bytes) -> copies.add(VectorCodec.decode(this.type, bytes)));
		return copies;
	}

}
