package io.rdsboot.autoconfigure;

import io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationException;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The problems that keep a context from starting.
 */
public final class StartupProblems {

	private StartupProblems() {
	}

	/**
	 * Returns the problems with what mends them, a line each.
	 */
	public static String of(ApplicationContextRunner runner) {
		StringBuilder message = new StringBuilder();
		runner.run((context) -> {
			Throwable cause = context.getStartupFailure();
			while (cause != null && !(cause instanceof InvalidRdsConfigurationException)) {
				cause = cause.getCause();
			}
			assertThat(cause).isInstanceOf(InvalidRdsConfigurationException.class);
			((InvalidRdsConfigurationException) cause).getProblems()
				.forEach((problem) -> message.append(problem).append(' ').append(problem.action()).append('\n'));
		});
		return message.toString();
	}

}
