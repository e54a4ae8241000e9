package io.rdsboot.diagnostics.report;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Something that a diagnosis could not find out. Immutable.
 *
 * @param check the check that lacks it
 * @param instance name of the instance that was asked, or {@code null} where none could
 * be asked
 * @param reason why it is missing
 * @param statement SQL that makes it available, such as a {@code GRANT}, or {@code null}
 */
public record MissingPart(String check, @Nullable String instance, String reason, @Nullable String statement) {

	public MissingPart {
		Objects.requireNonNull(check, "check");
		Objects.requireNonNull(reason, "reason");
	}

}
