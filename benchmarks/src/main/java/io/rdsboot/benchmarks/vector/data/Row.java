package io.rdsboot.benchmarks.vector.data;

import java.util.Map;
import java.util.UUID;

/**
 * What every contender stores. The embedding is not copied.
 *
 * @param number position in the data, from 0
 * @param cell the cluster that it belongs to
 * @param embedding vector of length 1
 * @param content some sentences, different for each row
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Row(int number, Cell cell, float[] embedding, String content) {

	/** Multiplied by it, numbers that follow each other are spread over all values. */
	private static final long SPREAD = 0x9E3779B97F4A7C15L;

	/**
	 * Returns an id that sorts at random, as those of applications do.
	 */
	public UUID id() {
		return new UUID((this.number + 1) * SPREAD, this.number);
	}

	static int number(UUID id) {
		return (int) id.getLeastSignificantBits();
	}

	/**
	 * Returns the keys that searches filter by.
	 */
	public Map<String, Object> metadata() {
		return Map.of("category", this.cell.category(), "author", this.cell.author(), "document", this.cell.document());
	}

}
