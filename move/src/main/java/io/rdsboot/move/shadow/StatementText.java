package io.rdsboot.move.shadow;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import io.rdsboot.routing.sql.SqlText;
import io.rdsboot.routing.sql.SqlTokens;
import org.jspecify.annotations.Nullable;

/**
 * What the text of a statement tells: whether it can be asked again elsewhere, which
 * functions it calls, and how its answers compare. Not thread-safe.
 */
final class StatementText {

	private static final int SHOWN = 2_000;

	/**
	 * Keywords, columns and schemas whose values depend on the time, the server or the
	 * session.
	 */
	private static final Set<String> DEPENDENT = Set.of("current_date", "current_time", "current_timestamp",
			"localtime", "localtimestamp", "current_catalog", "current_user", "session_user", "current_role",
			"current_schema", "tablesample", "information_schema", "ctid", "xmin", "xmax", "cmin", "cmax", "tableoid");

	private static final Set<String> DEPENDENT_FUNCTIONS = Set.of("now", "transaction_timestamp", "statement_timestamp",
			"clock_timestamp", "timeofday", "age", "current_setting", "version", "current_database", "current_schemas");

	private static final Set<String> DEPENDENT_PREFIXES = Set.of("pg_", "txid_", "inet_");

	private static final Set<String> MOMENTS = Set.of("now", "today", "tomorrow", "yesterday");

	/**
	 * Functions whose value depends on the order of rows, where nobody says it in full.
	 */
	private static final Set<String> BY_ORDER = Set.of("array_agg", "string_agg", "json_agg", "jsonb_agg",
			"json_object_agg", "jsonb_object_agg", "xmlagg", "row_number", "ntile", "lag", "lead", "first_value",
			"last_value", "nth_value", "mode");

	/**
	 * Distances of pgvector, by which an index finds the nearest rows approximately.
	 */
	private static final List<String> DISTANCES = List.of("<->", "<=>", "<#>", "<+>", "<~>", "<%>");

	private final String sql;

	private final Set<String> functions = new HashSet<>();

	private final List<@Nullable String> order = new ArrayList<>();

	private boolean dependent;

	private boolean limited;

	private boolean skipping;

	private boolean indefinite;

	StatementText(String sql) {
		this.sql = sql;
		if (isRead()) {
			read();
		}
	}

	private boolean isRead() {
		return SqlText.of(this.sql).isRead();
	}

	private void read() {
		SqlTokens tokens = new SqlTokens(this.sql);
		OrderReader orderReader = new OrderReader();
		String previous = "";
		int depth = 0;
		while (tokens.next()) {
			String word = (tokens.type() == SqlTokens.Type.WORD) ? tokens.text() : "";
			String literal = (tokens.type() == SqlTokens.Type.TEXT) ? tokens.text() : "";
			if (tokens.isSymbol('(')) {
				call(previous);
				depth++;
			}
			else if (tokens.isSymbol(')')) {
				depth--;
			}
			this.dependent |= isDependent(word) || MOMENTS.contains(literal.strip().toLowerCase(Locale.ROOT));
			this.indefinite |= word.equals("on") && previous.equals("distinct");
			if (word.equals("limit") || word.equals("offset") || word.equals("fetch")) {
				this.limited |= depth == 0 && !word.equals("offset");
				this.skipping |= depth == 0 && word.equals("offset");
				this.indefinite |= depth > 0;
			}
			orderReader.next(tokens, word, previous, depth);
			previous = word;
		}
		orderReader.end();
		this.indefinite |= (this.limited || this.skipping)
				&& (this.order.isEmpty() || DISTANCES.stream().anyMatch(this.sql::contains));
	}

	private void call(String name) {
		if (!name.isEmpty()) {
			this.functions.add(name);
			this.dependent |= DEPENDENT_FUNCTIONS.contains(name);
			this.indefinite |= BY_ORDER.contains(name);
		}
	}

	private static boolean isDependent(String word) {
		return DEPENDENT.contains(word) || DEPENDENT_PREFIXES.stream().anyMatch(word::startsWith);
	}

	/**
	 * Return whether the text allows to ask the statement again.
	 */
	boolean canBeAsked() {
		return isRead() && !this.dependent;
	}

	/**
	 * Return names that a parenthesis follows: functions, and keywords.
	 */
	Set<String> functions() {
		return this.functions;
	}

	StatementPlan plan() {
		return new StatementPlan(new ArrayList<>(this.order), this.limited, this.skipping, this.indefinite);
	}

	/**
	 * Return the statement without comments, and with question marks for literals.
	 */
	static String masked(String sql) {
		StringBuilder masked = new StringBuilder();
		SqlTokens tokens = new SqlTokens(sql);
		int end = 0;
		boolean number = false;
		while (tokens.next() && masked.length() < SHOWN) {
			boolean adjacent = tokens.begin() == end;
			end = tokens.end();
			boolean digit = Character.isDigit(sql.charAt(tokens.begin()));
			boolean more = number && adjacent
					&& (digit || tokens.type() == SqlTokens.Type.WORD || tokens.isSymbol('.'));
			number = more || digit;
			if (!more) {
				masked.append((adjacent || masked.isEmpty()) ? "" : " ")
					.append((number || tokens.type() == SqlTokens.Type.TEXT) ? "?"
							: sql.substring(tokens.begin(), end));
			}
		}
		return masked.toString();
	}

	/**
	 * Reads the {@code ORDER BY} of the top level.
	 */
	private final class OrderReader {

		private boolean reading;

		private boolean simple = true;

		private @Nullable String column;

		private int end;

		void next(SqlTokens tokens, String word, String previous, int depth) {
			if (depth == 0 && word.equals("by") && previous.equals("order")) {
				StatementText.this.order.clear();
				this.reading = true;
			}
			else if (this.reading && depth == 0 && Set.of("limit", "offset", "fetch", "for").contains(word)) {
				end();
			}
			else if (this.reading && depth == 0 && tokens.isSymbol(',')) {
				add();
			}
			else if (this.reading) {
				item(tokens, word, depth);
			}
		}

		private void item(SqlTokens tokens, String word, int depth) {
			boolean digit = Character.isDigit(StatementText.this.sql.charAt(tokens.begin()));
			if (Set.of("asc", "desc", "nulls", "first", "last").contains(word) && this.column != null) {
				return;
			}
			boolean continued = this.column != null && tokens.begin() == this.end;
			this.end = tokens.end();
			if (depth > 0 || !(digit || !word.isEmpty() || tokens.isSymbol('.'))
					|| (this.column != null && !continued)) {
				this.simple = false;
			}
			else if (digit) {
				this.column = continued ? this.column + tokens.text() : tokens.text();
			}
			else if (!word.isEmpty()) {
				// Of a qualified name, the last part.
				this.column = word;
			}
		}

		private void add() {
			StatementText.this.order.add(this.simple ? this.column : null);
			this.simple = true;
			this.column = null;
		}

		void end() {
			if (this.reading) {
				add();
				this.reading = false;
			}
		}

	}

}
