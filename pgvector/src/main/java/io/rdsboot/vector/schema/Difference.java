package io.rdsboot.vector.schema;

import java.util.List;
import java.util.stream.Stream;

/**
 * One way in which a table is not what its declaration says.
 *
 * @param description what is declared, and what is there
 * @param lossless whether the statements may run without being asked for: they lose
 * nothing that somebody put there, and lock the table for a short time only
 * @param statements what makes the table fit, without semicolons, and comments; empty if
 * that is not for a statement to do
 */
record Difference(String description, boolean lossless, List<String> statements) {

	static final String COMMENT = "-- ";

	Difference {
		statements = List.copyOf(statements);
	}

	static Difference mended(String description, List<String> statements) {
		return new Difference(description, true, statements);
	}

	static Difference refused(String description, List<String> statements) {
		return new Difference(description, false, statements);
	}

	/**
	 * Return a difference whose statements write each row of the table anew, while nobody
	 * can read it.
	 * @param maxBytes size up to which that may be done without being asked for
	 */
	static Difference rewriting(String description, ExistingTable table, long maxBytes, List<String> statements) {
		if (table.empty() || table.bytes() <= maxBytes) {
			return mended(description, statements);
		}
		String comment = COMMENT
				+ "rewrites the table (%d MB), which nobody can read meanwhile".formatted(table.bytes() >> 20);
		return refused(description, Stream.concat(Stream.of(comment), statements.stream()).toList());
	}

	/**
	 * Return the statements, and each comment, as lines of a script.
	 */
	Stream<String> script() {
		return this.statements.stream().map((line) -> line.startsWith(COMMENT) ? line : line + ";");
	}

}
