package io.rdsboot.diagnostics.report;

import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * The answer to one question of an operator. Immutable.
 *
 * @param name name of the section, such as {@code locks}
 * @param level the most urgent level of the findings, or {@code null} where nothing could
 * be checked
 * @param findings what was found, most urgent first; a check that found nothing to do has
 * one finding of level {@link FindingLevel#FINE}
 * @param data the measured values behind the findings, by check: rows with the name of
 * their {@code instance}; keys that end in {@code Bytes}, {@code Seconds}, {@code Millis}
 * or {@code Percent} carry that unit
 * @param missing what could not be asked, and why
 */
public record DiagnosticsSection(String name, @Nullable FindingLevel level, List<Finding> findings,
		Map<String, List<Map<String, @Nullable Object>>> data, List<MissingPart> missing) {

	public DiagnosticsSection {
		Objects.requireNonNull(name, "name");
		findings = List.copyOf(findings);
		missing = List.copyOf(missing);
	}

}
