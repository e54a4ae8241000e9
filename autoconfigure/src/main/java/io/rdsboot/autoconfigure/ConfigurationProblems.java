package io.rdsboot.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * The problems that a pass through the configuration has found so far.
 */
final class ConfigurationProblems {

	private final List<ConfigurationProblem> problems = new ArrayList<>();

	void add(String key, @Nullable String value, String description, String action) {
		add(new ConfigurationProblem(key, value, description, action));
	}

	void add(ConfigurationProblem problem) {
		this.problems.add(problem);
	}

	void addAll(ConfigurationProblems others) {
		this.problems.addAll(others.problems);
	}

	/**
	 * Reads a value, and keeps the problems with it.
	 * @return the value, or {@code null} if there are problems
	 */
	<T> @Nullable T collect(Supplier<T> reading) {
		try {
			return reading.get();
		}
		catch (InvalidRdsConfigurationException ex) {
			this.problems.addAll(ex.getProblems());
			return null;
		}
	}

	boolean isEmpty() {
		return this.problems.isEmpty();
	}

	void throwIfAny() {
		if (!this.problems.isEmpty()) {
			throw new InvalidRdsConfigurationException(this.problems);
		}
	}

}
