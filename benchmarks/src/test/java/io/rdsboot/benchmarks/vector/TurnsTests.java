package io.rdsboot.benchmarks.vector;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Turns}.
 */
class TurnsTests {

	@Test
	void takeGivesEachOneTurnARoundInChangingOrder() throws Exception {
		List<String> order = new ArrayList<>();
		List<Map<String, Integer>> results = new Turns().take(Set.of("a", "b", "c"), 20, (name) -> {
			order.add(name);
			return order.size();
		});
		assertThat(results).hasSize(20).allSatisfy((round) -> assertThat(round).containsOnlyKeys("a", "b", "c"));
		Set<String> first = new HashSet<>();
		for (int turn = 0; turn < order.size(); turn += 3) {
			first.add(order.get(turn));
		}
		assertThat(first).as("who began a round").hasSizeGreaterThan(1);
	}

}
