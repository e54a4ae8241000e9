package io.rdsboot.autoconfigure.failure;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Why a connection failed, and what to check. Immutable.
 *
 * @param reason the cause as far as the client can tell, in one line; empty where the
 * failure's own message says it
 * @param checks what mends it; where there are several, the likeliest first. The first
 * line of a check is a sentence, further lines are commands or a policy
 */
record Diagnosis(String reason, List<String> checks) {

	Diagnosis {
		checks = List.copyOf(checks);
	}

	Diagnosis(String reason, String... checks) {
		this(reason, List.of(checks));
	}

	/**
	 * Return the checks as a text for people.
	 */
	String action() {
		if (this.checks.size() == 1) {
			return this.checks.get(0).stripTrailing();
		}
		return IntStream.range(0, this.checks.size())
			.mapToObj((index) -> numbered(index + 1, this.checks.get(index).stripTrailing()))
			.collect(Collectors.joining("\n\n", "Check, in this order:\n\n", ""));
	}

	private static String numbered(int number, String check) {
		String mark = "    " + number + ". ";
		String margin = " ".repeat(mark.length());
		return mark + check.lines()
			.map((line) -> line.isEmpty() ? line : margin + line)
			.collect(Collectors.joining("\n"))
			.stripLeading();
	}

}
