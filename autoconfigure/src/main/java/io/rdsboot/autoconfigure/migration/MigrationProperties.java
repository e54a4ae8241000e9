package io.rdsboot.autoconfigure.migration;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * What a migration tool's own properties say of its connections.
 *
 * @param tool the tool's name, such as {@code Flyway}
 * @param url the JDBC URL, or {@code null}
 * @param user the database role, or {@code null}
 * @param password the role's password, or {@code null}
 */
record MigrationProperties(String tool, @Nullable String url, @Nullable String user, @Nullable String password) {

	/**
	 * Return the property of a name, such as {@code spring.flyway.url}.
	 */
	String key(String name) {
		return "spring." + this.tool.toLowerCase(Locale.ROOT) + "." + name;
	}

	/**
	 * Return whether the tool connects by another driver's URL, with which this library
	 * has nothing to do.
	 */
	boolean isForeign() {
		return StringUtils.hasText(this.url) && !this.url.startsWith("jdbc:postgresql:");
	}

	/**
	 * Return what the tool is left to connect by itself: all of it where the URL is
	 * another driver's, else nothing.
	 */
	MigrationProperties leftToDriver() {
		return isForeign() ? this : new MigrationProperties(this.tool, null, null, null);
	}

	/**
	 * Return the tool alone: the others may hold secrets.
	 */
	@Override
	public String toString() {
		return this.tool;
	}

}
