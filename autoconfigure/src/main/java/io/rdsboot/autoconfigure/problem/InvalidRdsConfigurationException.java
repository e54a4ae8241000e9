package io.rdsboot.autoconfigure.problem;

import java.util.List;
import java.util.stream.Collectors;

import org.apiguardian.api.API;

/**
 * The {@code rds.*} properties cannot work as they stand. Holds every problem that was
 * found, so that all can be mended at once.
 */
@API(status = API.Status.INTERNAL)
public class InvalidRdsConfigurationException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient List<ConfigurationProblem> problems;

	public InvalidRdsConfigurationException(List<ConfigurationProblem> problems) {
		super(problems.stream().map(ConfigurationProblem::toString).collect(Collectors.joining("; ")));
		this.problems = List.copyOf(problems);
	}

	public List<ConfigurationProblem> getProblems() {
		return this.problems;
	}

}
