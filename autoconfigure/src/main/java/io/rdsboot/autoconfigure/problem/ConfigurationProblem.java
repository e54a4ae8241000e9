package io.rdsboot.autoconfigure.problem;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * One mistake in the configuration. Immutable.
 *
 * @param key the property, such as {@code rds.writer}
 * @param value what was configured, or {@code null} where nothing was or it is secret
 * @param description what is wrong with it, as a sentence without the key
 * @param action what mends it, as a sentence
 */
@API(status = API.Status.INTERNAL)
public record ConfigurationProblem(String key, @Nullable String value, String description, String action) {

	@Override
	public String toString() {
		return this.key + ((this.value != null) ? " = '" + this.value + "'" : "") + ": " + this.description;
	}

}
