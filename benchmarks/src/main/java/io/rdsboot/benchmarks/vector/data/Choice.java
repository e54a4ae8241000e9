package io.rdsboot.benchmarks.vector.data;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * What a system property names of what there is.
 */
public final class Choice {

	private Choice() {
	}

	/**
	 * Returns what is named, in the order in which it is offered.
	 * @param <T> what there is
	 * @param kind what there is, for the message
	 * @param names names, separated by commas, or nothing for all
	 * @param offered what there is, by name
	 * @throws IllegalArgumentException if something is named that there is not
	 */
	public static <T> Set<T> of(String kind, String names, Map<String, T> offered) {
		if (names.isBlank()) {
			return new LinkedHashSet<>(offered.values());
		}
		Set<String> named = new LinkedHashSet<>();
		for (String name : names.split(",", -1)) {
			if (!offered.containsKey(name.strip())) {
				throw new IllegalArgumentException(
						"There is no %s '%s'; there are: %s".formatted(kind, name.strip(), offered.keySet()));
			}
			named.add(name.strip());
		}
		Set<T> chosen = new LinkedHashSet<>();
		offered.forEach((name, choice) -> {
			if (named.contains(name)) {
				chosen.add(choice);
			}
		});
		return chosen;
	}

}
