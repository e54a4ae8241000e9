package io.rdsboot.move.verify;

import java.sql.SQLException;

/**
 * SQL of the 64-bit hash of a text, the same on both servers.
 *
 * @param function the function that hashes
 * @param transcoded whether the text is converted to UTF-8 before, because the encodings
 * of both databases differ
 */
record RowHash(Function function, boolean transcoded) {

	private static final String ENCODING = "SELECT current_setting('server_encoding')";

	/**
	 * Return what both servers agree on. PostgreSQL does not promise that
	 * {@code hashtextextended} is the same on two versions or architectures, so it is
	 * asked for texts of many lengths first.
	 */
	static RowHash chosenFor(Databases databases) throws SQLException {
		boolean transcoded = !databases.read((database) -> database.text(ENCODING)).isEqual();
		RowHash fast = new RowHash(Function.HASHTEXT, transcoded);
		String probe = "SELECT string_agg((%s)::text, ' ' ORDER BY i) FROM generate_series(0, 100) i"
			.formatted(fast.of("repeat('Zürich 9', i) || repeat('x', i % 9)"));
		return databases.read((database) -> database.text(probe)).isEqual() ? fast
				: new RowHash(Function.MD5, transcoded);
	}

	/**
	 * Return the expression of a hash.
	 * @param text expression of the text
	 */
	String of(String text) {
		return this.function.template
			.formatted(this.transcoded ? "encode(convert_to(%s, 'UTF8'), 'hex')".formatted(text) : text);
	}

	enum Function {

		/**
		 * Costs little more than to print the row, and works on servers in FIPS mode.
		 */
		HASHTEXT("hashtextextended((%s) COLLATE \"C\", 0)"),

		/**
		 * Takes more than twice the time, and is promised.
		 */
		MD5("('x' || left(md5(%s), 16))::bit(64)::bigint");

		private final String template;

		Function(String template) {
			this.template = template;
		}

	}

}
