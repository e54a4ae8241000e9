package io.rdsboot.routing.failure;

import java.sql.SQLNonTransientException;
import java.util.Collection;
import java.util.TreeSet;

/**
 * A read asks for a group of readers that is not configured. Names those that are.
 */
public final class UnknownReaderGroupException extends SQLNonTransientException {

	private static final long serialVersionUID = 1L;

	private final String group;

	/**
	 * Create an exception.
	 * @param group the name that was asked for
	 * @param known the names that there are
	 */
	public UnknownReaderGroupException(String group, Collection<String> known) {
		super(known.isEmpty()
				? "There is no group of readers '%s', because none is configured: add rds.reader-groups.%s"
					.formatted(group, group)
				: "There is no group of readers '%s', only %s: correct the name, or add rds.reader-groups.%s"
					.formatted(group, new TreeSet<>(known), group));
		this.group = group;
	}

	/**
	 * Return the name that was asked for.
	 */
	public String getGroup() {
		return this.group;
	}

}
