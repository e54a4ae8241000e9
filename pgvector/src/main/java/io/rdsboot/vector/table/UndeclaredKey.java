package io.rdsboot.vector.table;

import java.util.Comparator;
import java.util.List;

import org.apiguardian.api.API;

/**
 * Words about a metadata key that a table does not declare.
 */
@API(status = API.Status.INTERNAL)
public final class UndeclaredKey {

	private UndeclaredKey() {
	}

	/**
	 * Return the key with what is known instead.
	 * @return a text such as {@code the key 'yaer', which is not declared: did you mean
	 * 'year'?}
	 */
	public static String describe(VectorTable table, String key) {
		List<String> known = table.keys().stream().map(MetadataColumn::key).toList();
		String shown = key.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
		if (known.isEmpty()) {
			return "the key '%s', but none is declared".formatted(shown);
		}
		String nearest = known.stream().min(Comparator.comparingInt((each) -> edits(key, each))).orElseThrow();
		return (edits(key, nearest) <= (nearest.length() + 1) / 2)
				? "the key '%s', which is not declared: did you mean '%s'?".formatted(shown, nearest)
				: "the key '%s', which is not declared; declared are %s".formatted(shown, known);
	}

	/** How many letters must be added, removed or replaced (Levenshtein's distance). */
	private static int edits(String from, String to) {
		int[] previous = new int[to.length() + 1];
		for (int j = 0; j <= to.length(); j++) {
			previous[j] = j;
		}
		for (int i = 1; i <= from.length(); i++) {
			int[] current = new int[to.length() + 1];
			current[0] = i;
			for (int j = 1; j <= to.length(); j++) {
				int replaced = previous[j - 1] + ((from.charAt(i - 1) == to.charAt(j - 1)) ? 0 : 1);
				current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
			}
			previous = current;
		}
		return previous[to.length()];
	}

}
