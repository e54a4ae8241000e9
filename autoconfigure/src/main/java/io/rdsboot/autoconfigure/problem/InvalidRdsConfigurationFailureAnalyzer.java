package io.rdsboot.autoconfigure.problem;

import java.util.function.Function;
import java.util.stream.Collectors;

import org.apiguardian.api.API;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Shows what is wrong with the {@code rds.*} properties, and what mends it.
 */
@API(status = API.Status.INTERNAL)
public class InvalidRdsConfigurationFailureAnalyzer extends AbstractFailureAnalyzer<InvalidRdsConfigurationException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidRdsConfigurationException cause) {
		return new FailureAnalysis(
				"The configuration of the database cluster is not valid:\n\n"
						+ lines(cause, ConfigurationProblem::toString),
				lines(cause, ConfigurationProblem::action), cause);
	}

	private static String lines(InvalidRdsConfigurationException cause, Function<ConfigurationProblem, String> line) {
		return cause.getProblems()
			.stream()
			.map((problem) -> "    - " + line.apply(problem))
			.distinct()
			.collect(Collectors.joining("\n"));
	}

}
