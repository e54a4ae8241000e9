package io.rdsboot.routing.sql;

import java.util.List;
import java.util.Set;

import org.springframework.util.ConcurrentLruCache;

/**
 * What the text of a statement tells of its effects. Literals and comments are skipped.
 * What functions of the application do cannot be told. Immutable.
 *
 * <p>
 * An application executes few texts many times. Those that were used last are kept with
 * what they tell, because to read one takes longer than all else that is done for it
 * here.
 */
public final class SqlText {

	private static final int KEPT = 500;

	/**
	 * Length of a text, in characters, beyond which it is not kept: the values stand in
	 * it, so that it hardly comes again.
	 */
	private static final int LONGEST_KEPT = 8_192;

	private static final ConcurrentLruCache<String, SqlText> RECENT = new ConcurrentLruCache<>(KEPT, SqlText::new);

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

	private static final List<String> FUNCTION_PREFIXES = List.of("pg_advisory_", "pg_try_advisory_", "pg_current_wal_",
			"lo_", "dblink");

	private static final List<String> LOCK_PREFIXES = List.of("pg_advisory_lock", "pg_advisory_xact_lock",
			"pg_try_advisory_");

	private static final List<String> SESSION_LOCK_PREFIXES = List.of("pg_advisory_lock", "pg_try_advisory_lock");

	private final String sql;

	private final SqlSettings settings;

	private final boolean read;

	private final boolean advisoryLock;

	private final boolean sessionLock;

	private SqlText(String sql) {
		this.sql = sql;
		this.settings = SqlSettings.of(sql);
		SqlTokens tokens = new SqlTokens(sql);
		boolean more = tokens.next();
		while (more && tokens.isSymbol('(')) {
			more = tokens.next();
		}
		boolean read = tokens.isWord(FIRST_OF_READS);
		boolean advisoryLock = false;
		boolean sessionLock = false;
		boolean ended = false;
		String previous = wordOf(tokens);
		while (tokens.next()) {
			if (tokens.isSymbol('(')) {
				advisoryLock |= startsWithAny(previous, LOCK_PREFIXES);
				sessionLock |= startsWithAny(previous, SESSION_LOCK_PREFIXES);
			}
			read = read && !ended && !isEffect(tokens, previous);
			ended = tokens.isSymbol(';');
			previous = wordOf(tokens);
		}
		this.read = read;
		this.advisoryLock = advisoryLock;
		this.sessionLock = sessionLock;
	}

	/**
	 * Return what a statement tells.
	 * @param sql SQL of PostgreSQL
	 */
	public static SqlText of(String sql) {
		return (sql.length() <= LONGEST_KEPT) ? RECENT.get(sql) : new SqlText(sql);
	}

	/**
	 * Return whether a statement is one query that neither changes nor locks anything, as
	 * far as its text tells.
	 */
	public boolean isRead() {
		return this.read;
	}

	/**
	 * Return whether a statement is one that a read-only transaction refuses, as far as
	 * its text tells.
	 */
	public boolean isWrite() {
		SqlTokens tokens = new SqlTokens(this.sql);
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
	 * Return whether a statement takes an advisory lock, which holds on one server only.
	 */
	public boolean takesAdvisoryLock() {
		return this.advisoryLock;
	}

	/**
	 * Return whether a statement takes an advisory lock that outlasts its transaction.
	 */
	public boolean takesSessionLock() {
		return this.sessionLock;
	}

	/**
	 * Return the statement.
	 */
	public String sql() {
		return this.sql;
	}

	/**
	 * Return the settings that a statement changes beyond its transaction.
	 */
	public SqlSettings settings() {
		return this.settings;
	}

	/**
	 * Return whether a query mentions a change, a lock, or a function with an effect.
	 * @param query SQL or JPQL
	 */
	public static boolean mentionsEffect(String query) {
		SqlTokens tokens = new SqlTokens(query);
		boolean ended = false;
		String previous = "";
		while (tokens.next()) {
			if (ended || isEffect(tokens, previous)) {
				return true;
			}
			ended = tokens.isSymbol(';');
			previous = wordOf(tokens);
		}
		return false;
	}

	private static boolean isEffect(SqlTokens tokens, String previous) {
		return tokens.isWord(WRITES) || (tokens.isWord("share") && isBeforeShare(previous))
				|| (tokens.isSymbol('(') && isFunctionWithEffect(previous));
	}

	private static String wordOf(SqlTokens tokens) {
		return (tokens.type() == SqlTokens.Type.WORD) ? tokens.text() : "";
	}

	private static boolean isBeforeShare(String word) {
		return word.equals("for") || word.equals("key");
	}

	private static boolean isFunctionWithEffect(String word) {
		return FUNCTIONS.contains(word) || startsWithAny(word, FUNCTION_PREFIXES);
	}

	private static boolean startsWithAny(String word, List<String> prefixes) {
		for (String prefix : prefixes) {
			if (word.startsWith(prefix)) {
				return true;
			}
		}
		return false;
	}

}
