package io.rdsboot.routing.sql;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * The settings of a session that a piece of SQL changes beyond its transaction, by
 * {@code SET}, {@code RESET}, {@code DISCARD} and {@code set_config}. What a function of
 * the database changes cannot be seen. Immutable.
 */
public final class SqlSettings {

	/**
	 * What most SQL is: something that changes no setting.
	 */
	public static final SqlSettings NONE = new SqlSettings(Set.of(), Set.of(), false, false, false);

	private final Set<String> names;

	private final Set<Integer> nameParameters;

	private final boolean unknown;

	private final boolean alone;

	private final boolean silent;

	/**
	 * Create a description.
	 * @param names the names of the settings
	 * @param nameParameters the parameters, from 1 on, that hold further names
	 * @param unknown whether there may be others
	 * @param alone whether the SQL does nothing else
	 * @param silent whether it returns no rows
	 */
	SqlSettings(Set<String> names, Set<Integer> nameParameters, boolean unknown, boolean alone, boolean silent) {
		this.names = Collections.unmodifiableSet(names);
		this.nameParameters = Collections.unmodifiableSet(nameParameters);
		this.unknown = unknown;
		this.alone = alone;
		this.silent = silent;
	}

	/**
	 * Find the settings that SQL changes.
	 */
	public static SqlSettings of(String sql) {
		return mayChangeSettings(sql) ? new SqlSettingsParser(sql).parse() : NONE;
	}

	/**
	 * Look once at each character, because almost all SQL has nothing to do with
	 * settings.
	 */
	private static boolean mayChangeSettings(String sql) {
		boolean begins = true;
		for (int i = 0; i < sql.length(); i++) {
			char next = sql.charAt(i);
			if ((next == 's' || next == 'S') && sql.regionMatches(true, i, "set_config", 0, 10)) {
				return true;
			}
			if (begins && !Character.isWhitespace(next)) {
				if (next == '/' || next == '-' || beginsSetting(sql, i)) {
					return true;
				}
				begins = false;
			}
			begins |= next == ';';
		}
		return false;
	}

	private static boolean beginsSetting(String sql, int position) {
		return sql.regionMatches(true, position, "set", 0, 3) || sql.regionMatches(true, position, "reset", 0, 5)
				|| sql.regionMatches(true, position, "discard", 0, 7);
	}

	/**
	 * Return the same with the names that parameters hold.
	 */
	public SqlSettings with(Collection<String> parameterNames) {
		Set<String> all = new TreeSet<>(this.names);
		all.addAll(parameterNames);
		boolean missing = parameterNames.size() < this.nameParameters.size();
		return new SqlSettings(all, Set.of(), this.unknown || missing, this.alone, this.silent);
	}

	/**
	 * Return both together, as in a batch.
	 */
	public SqlSettings and(SqlSettings other) {
		if (this == other) {
			return this;
		}
		Set<String> all = new LinkedHashSet<>(this.names);
		all.addAll(other.names);
		return new SqlSettings(all, this.nameParameters, this.unknown || other.unknown, this.alone && other.alone,
				this.silent && other.silent);
	}

	public boolean isEmpty() {
		return this.names.isEmpty() && this.nameParameters.isEmpty() && !this.unknown;
	}

	/**
	 * Return the names of the settings, without those that parameters hold.
	 */
	public Set<String> names() {
		return this.names;
	}

	/**
	 * Return the numbers of parameters that hold names.
	 */
	public Set<Integer> nameParameters() {
		return this.nameParameters;
	}

	/**
	 * Return whether other settings may be changed than those that are named.
	 */
	public boolean areUnknown() {
		return this.unknown;
	}

	/**
	 * Return whether the SQL does nothing but change settings.
	 */
	public boolean areAlone() {
		return this.alone;
	}

	/**
	 * Return whether the SQL returns no rows.
	 */
	public boolean areSilent() {
		return this.silent;
	}

}
