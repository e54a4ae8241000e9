package io.rdsboot.routing.sql;

import java.util.Set;

/**
 * What the text of a statement tells of its effects. Literals and comments are skipped.
 * What functions of the application do cannot be told.
 */
public final class SqlText {

	private static final String[] FIRST_OF_READS = { "select", "with", "values", "table" };

	/**
	 * Words of statements that change data or, as {@code for update}, lock rows.
	 */
	private static final String[] WRITES = { "insert", "update", "delete", "merge", "into" };

	/**
	 * First words of commands that no read-only transaction executes.
	 */
	private static final String[] COMMANDS = { "create", "alter", "drop", "truncate", "grant", "revoke", "comment",
			"reindex", "vacuum", "cluster", "refresh", "call", "do", "lock", "security", "import", "reassign" };

	/**
	 * Functions that write, or whose effect belongs to one server or one connection.
	 */
	private static final Set<String> FUNCTIONS = Set.of("nextval", "setval", "currval", "lastval", "set_config",
			"pg_notify", "txid_current", "pg_current_xact_id", "pg_export_snapshot", "pg_logical_emit_message",
			"pg_cancel_backend", "pg_terminate_backend");

	private static final Set<String> FUNCTION_PREFIXES = Set.of("pg_advisory_", "pg_try_advisory_", "pg_current_wal_",
			"lo_", "dblink");

	private static final Set<String> LOCK_PREFIXES = Set.of("pg_advisory_lock", "pg_advisory_xact_lock",
			"pg_try_advisory_");

	private static final Set<String> SESSION_LOCK_PREFIXES = Set.of("pg_advisory_lock", "pg_try_advisory_lock");

	private SqlText() {
	}

	/**
	 * Return whether a statement is one query that neither changes nor locks anything, as
	 * far as its text tells.
	 * @param sql SQL of PostgreSQL
	 */
	public static boolean isRead(String sql) {
		SqlTokens tokens = new SqlTokens(sql);
		boolean more = tokens.next();
		while (more && tokens.isSymbol('(')) {
			more = tokens.next();
		}
		return tokens.isWord(FIRST_OF_READS) && !mentionsEffect(tokens);
	}

	/**
	 * Return whether a statement is one that a read-only transaction refuses, as far as
	 * its text tells.
	 * @param sql SQL of PostgreSQL
	 */
	public static boolean isWrite(String sql) {
		SqlTokens tokens = new SqlTokens(sql);
		boolean begins = true;
		while (tokens.next()) {
			if (tokens.isWord(WRITES) || (begins && tokens.isWord(COMMANDS))) {
				return true;
			}
			begins = tokens.isSymbol(';');
		}
		return false;
	}

	/**
	 * Return whether a query mentions a change, a lock, or a function with an effect.
	 * @param query SQL or JPQL
	 */
	public static boolean mentionsEffect(String query) {
		return mentionsEffect(new SqlTokens(query));
	}

	/**
	 * Return whether a statement takes an advisory lock, which holds on one server only.
	 * @param sql SQL of PostgreSQL
	 */
	public static boolean takesAdvisoryLock(String sql) {
		return mentions(sql, "advisory_") && calls(new SqlTokens(sql), LOCK_PREFIXES);
	}

	/**
	 * Almost no SQL does, so it is not taken apart to find out.
	 * @param part lower case
	 */
	private static boolean mentions(String sql, String part) {
		for (int i = sql.length() - part.length(); i >= 0; i--) {
			if (sql.regionMatches(true, i, part, 0, part.length())) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Return whether a statement takes an advisory lock that outlasts its transaction.
	 * @param sql SQL of PostgreSQL
	 */
	public static boolean takesSessionLock(String sql) {
		return mentions(sql, "advisory_") && calls(new SqlTokens(sql), SESSION_LOCK_PREFIXES);
	}

	private static boolean calls(SqlTokens tokens, Set<String> prefixes) {
		String previous = "";
		while (tokens.next()) {
			if (tokens.isSymbol('(') && prefixes.stream().anyMatch(previous::startsWith)) {
				return true;
			}
			previous = (tokens.type() == SqlTokens.Type.WORD) ? tokens.text() : "";
		}
		return false;
	}

	private static boolean mentionsEffect(SqlTokens tokens) {
		boolean ended = false;
		String previous = "";
		while (tokens.next()) {
			if (ended || tokens.isWord(WRITES) || (tokens.isWord("share") && isBeforeShare(previous))
					|| (tokens.isSymbol('(') && isFunctionWithEffect(previous))) {
				return true;
			}
			ended = tokens.isSymbol(';');
			previous = (tokens.type() == SqlTokens.Type.WORD) ? tokens.text() : "";
		}
		return false;
	}

	private static boolean isBeforeShare(String word) {
		return word.equals("for") || word.equals("key");
	}

	private static boolean isFunctionWithEffect(String word) {
		return FUNCTIONS.contains(word) || FUNCTION_PREFIXES.stream().anyMatch(word::startsWith);
	}

}
