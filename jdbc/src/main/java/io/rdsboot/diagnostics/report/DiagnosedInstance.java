package io.rdsboot.diagnostics.report;

import java.util.Objects;

import io.rdsboot.cluster.InstanceRole;
import org.jspecify.annotations.Nullable;

/**
 * An instance that a diagnosis asked, or tried to ask. Immutable.
 *
 * @param name the instance's name
 * @param role the role that it told, or {@link InstanceRole#UNKNOWN} where it did not
 * answer
 * @param version server version such as {@code 16.4}, or {@code null} where it did not
 * answer
 * @param failure why it could not be connected to, or {@code null} where it was
 */
public record DiagnosedInstance(String name, InstanceRole role, @Nullable String version, @Nullable String failure) {

	public DiagnosedInstance {
		Objects.requireNonNull(name, "name");
		Objects.requireNonNull(role, "role");
	}

}
