package io.rdsboot.diagnostics.report;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * One result of a check. Immutable.
 *
 * @param check the check that found it, such as {@code idle-in-transaction}
 * @param level how urgent it is
 * @param instance name of the instance that it was found on, or {@code null} where it
 * holds for the cluster
 * @param subject what it is about, such as a qualified index or a process id, or
 * {@code null} where it is about the instance or the cluster as a whole
 * @param message what was found, and what that means here
 * @param action what to do, or {@code null} where there is nothing to do
 * @param statement SQL that does it, to be read before it is executed, or {@code null}
 * where no single statement does
 */
public record Finding(String check, FindingLevel level, @Nullable String instance, @Nullable String subject,
		String message, @Nullable String action, @Nullable String statement) {

	public Finding {
		Objects.requireNonNull(check, "check");
		Objects.requireNonNull(level, "level");
		Objects.requireNonNull(message, "message");
	}

}
