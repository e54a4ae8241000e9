package io.rdsboot.routing.sql;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

/**
 * Parser for {@link SqlSettings}, which reads as much of SQL's grammar as it takes to
 * find them. Used once.
 */
final class SqlSettingsParser {

	private final SqlTokens tokens;

	private final Set<String> names = new TreeSet<>();

	private final Set<Integer> nameParameters = new TreeSet<>();

	private boolean unknown;

	private boolean alone = true;

	private boolean silent = true;

	private int parameters;

	SqlSettingsParser(String sql) {
		this.tokens = new SqlTokens(sql);
	}

	SqlSettings parse() {
		boolean any = false;
		boolean more = next();
		while (more) {
			if (!this.tokens.isSymbol(';')) {
				any = true;
				statement();
			}
			more = next();
		}
		return new SqlSettings(this.names, this.nameParameters, this.unknown, any && this.alone, this.silent);
	}

	private boolean next() {
		boolean more = this.tokens.next();
		if (more && this.tokens.type() == SqlTokens.Type.PARAMETER) {
			this.parameters++;
		}
		return more;
	}

	private void statement() {
		if (this.tokens.isWord("set")) {
			next();
			set();
			skipStatement();
		}
		else if (this.tokens.isWord("reset")) {
			next();
			if (this.tokens.isWord("all")) {
				this.unknown = true;
			}
			else if (!this.tokens.isWord("transaction")) {
				name();
			}
			skipStatement();
		}
		else if (this.tokens.isWord("discard")) {
			next();
			discard();
			skipStatement();
		}
		else {
			boolean select = this.tokens.isWord("select");
			this.silent = false;
			other(select);
		}
	}

	private void set() {
		if (this.tokens.isWord("local", "transaction", "constraints")) {
			this.alone = false;
			return;
		}
		boolean session = this.tokens.isWord("session");
		if (session) {
			next();
		}
		if (session && this.tokens.isWord("characteristics")) {
			this.names.add("default_transaction_isolation");
			this.names.add("default_transaction_read_only");
			this.names.add("default_transaction_deferrable");
			return;
		}
		if (session && this.tokens.isWord("authorization")) {
			this.names.add("session_authorization");
			return;
		}
		name();
	}

	/**
	 * Read the name of a setting, some of which have names of their own in SQL.
	 */
	private void name() {
		if (this.tokens.type() != SqlTokens.Type.WORD) {
			this.unknown = true;
			return;
		}
		switch (this.tokens.text()) {
			case "session" -> this.names.add("session_authorization");
			case "time" -> this.names.add("timezone");
			case "schema" -> this.names.add("search_path");
			case "names" -> this.names.add("client_encoding");
			case "xml" -> this.names.add("xmloption");
			case "seed" -> {
				// of random numbers, which nobody relies on
			}
			default -> dottedName();
		}
	}

	private void dottedName() {
		StringBuilder name = new StringBuilder(this.tokens.text());
		while (next() && this.tokens.isSymbol('.') && next()) {
			name.append('.').append(this.tokens.text());
		}
		this.names.add(name.toString().toLowerCase(Locale.ROOT));
	}

	private void discard() {
		if (this.tokens.isWord("all")) {
			this.unknown = true;
		}
		else {
			this.alone = false;
		}
	}

	private void skipStatement() {
		while (!this.tokens.isSymbol(';') && this.tokens.type() != SqlTokens.Type.NONE && next()) {
			// to the end
		}
	}

	/**
	 * Look for {@code set_config} in any other statement, and whether there is anything
	 * beside it.
	 */
	private void other(boolean select) {
		boolean only = select;
		boolean calls = false;
		boolean alias = false;
		while (next() && !this.tokens.isSymbol(';')) {
			if (this.tokens.isWord("set_config")) {
				calls = true;
				setConfig();
			}
			else {
				only &= alias || this.tokens.isWord("pg_catalog", "as") || this.tokens.isSymbol('.')
						|| this.tokens.isSymbol(',');
			}
			alias = this.tokens.isWord("as");
		}
		this.alone &= only && calls;
	}

	/**
	 * Read the arguments. The third one says whether the setting is the transaction's.
	 */
	private void setConfig() {
		if (!next() || !this.tokens.isSymbol('(')) {
			return;
		}
		@Nullable String name = null;
		int nameParameter = 0;
		int argument = 1;
		int length = 0;
		boolean local = false;
		for (int depth = 1; depth > 0 && next();) {
			if (this.tokens.isSymbol('(')) {
				depth++;
			}
			else if (this.tokens.isSymbol(')')) {
				depth--;
			}
			else if (depth == 1 && this.tokens.isSymbol(',')) {
				argument++;
				length = 0;
				continue;
			}
			length++;
			if (argument == 1 && length == 1) {
				name = this.tokens.literal();
				nameParameter = (this.tokens.type() == SqlTokens.Type.PARAMETER) ? this.parameters : 0;
			}
			else if (argument == 1 && length == 2 && depth > 0 && !this.tokens.isSymbol(':')) {
				// computed
				name = null;
				nameParameter = 0;
			}
			else if (argument == 3 && depth > 0) {
				local = length == 1 && (this.tokens.isWord("true") || isTrue(this.tokens.literal()));
			}
		}
		if (local) {
			this.alone = false;
		}
		else {
			add(name, nameParameter);
		}
	}

	private static boolean isTrue(@Nullable String literal) {
		return literal != null && Set.of("t", "true", "on", "yes", "1").contains(literal.toLowerCase(Locale.ROOT));
	}

	private void add(@Nullable String name, int nameParameter) {
		if (name != null) {
			this.names.add(name.toLowerCase(Locale.ROOT));
		}
		else if (nameParameter > 0) {
			this.nameParameters.add(nameParameter);
		}
		else {
			this.unknown = true;
		}
	}

}
