package io.rdsboot.autoconfigure;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The {@code rds.*} properties cannot work as they stand. Holds every problem that was
 * found, so that all can be mended at once.
 */
class InvalidRdsConfigurationException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient List<ConfigurationProblem> problems;

	InvalidRdsConfigurationException(List<ConfigurationProblem> problems) {
		super(problems.stream().map(ConfigurationProblem::toString).collect(Collectors.joining("; ")));
		this.problems = List.copyOf(problems);
	}

	List<ConfigurationProblem> getProblems() {
		return this.problems;
	}

}
