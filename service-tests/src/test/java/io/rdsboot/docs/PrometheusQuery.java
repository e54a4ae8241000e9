package io.rdsboot.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A query of Prometheus's, and what is shown of its result.
 *
 * @param expression the query
 * @param shown text that names labels of the result: a legend, or annotations
 */
record PrometheusQuery(String expression, String shown) {

	/** What Prometheus adds to all that it scrapes. */
	private static final Set<String> ADDED = Set.of("job", "instance");

	private static final Pattern SELECTOR = Pattern.compile("\\b([a-z_]+)\\{([^}]*)}");

	private static final Pattern SELECTED = Pattern.compile("(\\w+)\\s*[=!]~?\"");

	private static final Pattern GROUPING = Pattern.compile("\\b(?:by|without|on|ignoring) \\(([^)]*)\\)");

	private static final Pattern NAME = Pattern.compile("\\b(?:rds|hikaricp)_\\w+");

	private static final Pattern SHOWN = Pattern.compile("\\{\\{ ?(?:\\$labels\\.)?(\\w+) ?}}");

	/**
	 * Returns what the query takes for granted and is not exposed.
	 * @param exposed the names that a service exposes, each with its labels
	 */
	List<String> problems(Map<String, Set<String>> exposed) {
		List<String> problems = new ArrayList<>();
		String rest = GROUPING.matcher(this.expression).replaceAll("");
		Set<String> labels = new TreeSet<>(ADDED);
		Matcher names = NAME.matcher(SELECTOR.matcher(rest).replaceAll("$1"));
		boolean any = false;
		while (names.find()) {
			any = true;
			if (exposed.containsKey(names.group())) {
				labels.addAll(exposed.get(names.group()));
			}
			else {
				problems.add("%s is not exposed: %s".formatted(names.group(), this.expression));
			}
		}
		if (!any) {
			problems.add("nothing is asked for: " + this.expression);
		}
		for (MatchResult selector : SELECTOR.matcher(rest).results().toList()) {
			Set<String> known = new TreeSet<>(exposed.getOrDefault(selector.group(1), Set.of()));
			known.addAll(ADDED);
			requireKnown(known, SELECTED.matcher(selector.group(2)), problems);
		}
		for (MatchResult grouping : GROUPING.matcher(this.expression).results().toList()) {
			requireKnown(labels, Pattern.compile("(\\w+)").matcher(grouping.group(1)), problems);
		}
		requireKnown(labels, SHOWN.matcher(this.shown), problems);
		return problems;
	}

	private void requireKnown(Set<String> known, Matcher labels, List<String> problems) {
		while (labels.find()) {
			if (!known.contains(labels.group(1))) {
				problems.add("there is no label %s: %s".formatted(labels.group(1), this));
			}
		}
	}

}
