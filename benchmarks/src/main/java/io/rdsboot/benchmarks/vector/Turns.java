package io.rdsboot.benchmarks.vector;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Lets contenders take turns, in an order that changes by chance and is the same in every
 * run. Not thread-safe.
 */
final class Turns {

	private final Random random = new Random(1);

	/**
	 * Runs.
	 * @param <V> what is measured in a turn
	 * @param names of the contenders
	 * @param rounds how often each has its turn
	 * @param turn the turn of one of them
	 * @return what was measured, by name, for each round
	 * @throws Exception if a turn failed
	 */
	<V> List<Map<String, V>> take(Set<String> names, int rounds, Turn<V> turn) throws Exception {
		List<String> order = new ArrayList<>(names);
		List<Map<String, V>> results = new ArrayList<>();
		for (int round = 0; round < rounds; round++) {
			Collections.shuffle(order, this.random);
			Map<String, V> result = new LinkedHashMap<>();
			for (String name : order) {
				result.put(name, turn.take(name));
			}
			results.add(result);
		}
		return results;
	}

	/**
	 * The turn of one contender.
	 *
	 * @param <V> what is measured
	 */
	@FunctionalInterface
	interface Turn<V> {

		V take(String name) throws Exception;

	}

}
