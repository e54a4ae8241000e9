package io.rdsboot.diagnostics.activity;

import io.rdsboot.diagnostics.check.Row;

/**
 * How findings call a session.
 */
final class Sessions {

	private Sessions() {
	}

	/**
	 * Return the role and the application of a session.
	 */
	static String name(Row row) {
		String application = row.text("application");
		return application.isEmpty() ? "role \"%s\"".formatted(row.text("user"))
				: "role \"%s\", application \"%s\"".formatted(row.text("user"), application);
	}

}
