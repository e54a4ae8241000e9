package io.rdsboot.benchmarks.vector;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

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
		if (names.isBlank()) {
			return EnumSet.allOf(Part.class);
		}
		Set<Part> parts = EnumSet.noneOf(Part.class);
		for (String name : names.split(",", -1)) {
			parts.add(List.of(values())
				.stream()
				.filter((part) -> part.toString().equals(name.strip()))
				.findFirst()
				.orElseThrow(() -> new IllegalArgumentException("There is no part '%s' of the benchmark; there are: %s"
					.formatted(name, Arrays.toString(values())))));
		}
		return parts;
	}

	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT);
	}

}
