package io.rdsboot.benchmarks.vector;

import io.rdsboot.benchmarks.vector.data.DataShape;

/**
 * Most that times of the library may be, as shares of the others' times.
 *
 * @param loadToSpringAi a load, to Spring AI's as shipped
 * @param loadToLangChain a load, to LangChain4j's as shipped
 * @param searchToSpringAi a search for ten rows, to Spring AI's as shipped
 */
record Targets(double loadToSpringAi, double loadToLangChain, double searchToSpringAi) {

	static final double LOAD_TO_COPY = 1 / 0.85;

	static final double UPSERT_TO_SPRING_AI = 1 / 3.0;

	static final double UPSERT_TO_LANG_CHAIN_BEST = 1;

	static final double SEARCH_TO_JDBC = 1.1;

	static final double SEARCH_TO_LANG_CHAIN = 0.25;

	static final double HYBRID_TO_LANG_CHAIN = 0.1;

	/** Most of the nearest rows that may be missed. */
	static final double MISSED_NEIGHBOURS = 0.05;

	static Targets of(DataShape shape) {
		return shape.dimensions() < 1000 ? new Targets(1 / 8.0, 1 / 2.0, 0.6) : new Targets(1 / 3.0, 1 / 1.7, 0.75);
	}

}
