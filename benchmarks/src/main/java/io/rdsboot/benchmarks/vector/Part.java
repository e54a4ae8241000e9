package io.rdsboot.benchmarks.vector;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import io.rdsboot.benchmarks.vector.data.Choice;

/**
 * Parts of the benchmark, in the order in which they run.
 */
enum Part {

	/** Rows into an empty table. */
	LOAD,

	/** Batches of which half the rows exist. */
	UPSERT,

	/** Ten rows, by one thread and by four. */
	TOP10,

	/** A hundred rows. */
	TOP100,

	/** Ten rows that fulfil a condition. */
	FILTERS,

	/** Ten rows by vector and text. */
	HYBRID;

	Measurement measurement() {
		return switch (this) {
			case LOAD -> new LoadMeasurement();
			case UPSERT -> new UpsertMeasurement();
			case TOP10 -> new TopTenMeasurement();
			case TOP100 -> new TopHundredMeasurement();
			case FILTERS -> new FilterMeasurement();
			case HYBRID -> new HybridMeasurement();
		};
	}

	/**
	 * Returns the parts with the given names.
	 * @param names names, separated by commas, or nothing for all parts
	 * @throws IllegalArgumentException if there is no such part
	 */
	static Set<Part> named(String names) {
		Map<String, Part> parts = new LinkedHashMap<>();
		for (Part part : values()) {
			parts.put(part.toString(), part);
		}
		return Choice.of("part of the benchmark", names, parts);
	}

	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT);
	}

}
