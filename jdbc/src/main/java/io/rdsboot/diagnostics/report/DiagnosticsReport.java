package io.rdsboot.diagnostics.report;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * Result of a diagnosis of all instances of a cluster. Immutable.
 *
 * @param level the most urgent level of the sections, or {@code null} where nothing could
 * be checked
 * @param complete whether everything could be asked
 * @param took how long the diagnosis took
 * @param instances the instances that were asked
 * @param sections the sections that were asked for, in a fixed order
 */
public record DiagnosticsReport(@Nullable FindingLevel level, boolean complete, Duration took,
		List<DiagnosedInstance> instances, List<DiagnosticsSection> sections) {

	public DiagnosticsReport {
		Objects.requireNonNull(took, "took");
		instances = List.copyOf(instances);
		sections = List.copyOf(sections);
	}

	/**
	 * Return a section, or empty if it was not asked for.
	 */
	public Optional<DiagnosticsSection> section(String name) {
		return this.sections.stream().filter((section) -> section.name().equals(name)).findFirst();
	}

}
