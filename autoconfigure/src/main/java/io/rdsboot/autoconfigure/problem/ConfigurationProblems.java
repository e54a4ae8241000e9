package io.rdsboot.autoconfigure.problem;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The problems that a pass through the configuration has found so far.
 */
@API(status = API.Status.INTERNAL)
public final class ConfigurationProblems {

	private final List<ConfigurationProblem> problems = new ArrayList<>();

	public void add(String key, @Nullable String value, String description, String action) {
		add(new ConfigurationProblem(key, value, description, action));
	}

	public void add(ConfigurationProblem problem) {
		this.problems.add(problem);
	}

	public void addAll(ConfigurationProblems others) {
		this.problems.addAll(others.problems);
	}

	/**
	 * Reads a value, and keeps the problems with it.
	 * @return the value, or {@code null} if there are problems
	 */
	public <T> @Nullable T collect(Supplier<T> source) {
		try {
			return source.get();
		}
		catch (InvalidRdsConfigurationException ex) {
			this.problems.addAll(ex.getProblems());
			return null;
		}
	}

	public boolean isEmpty() {
		return this.problems.isEmpty();
	}

	public void throwIfAny() {
		if (!this.problems.isEmpty()) {
			throw new InvalidRdsConfigurationException(this.problems);
		}
	}

}
