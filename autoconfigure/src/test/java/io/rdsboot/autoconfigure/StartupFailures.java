package io.rdsboot.autoconfigure;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.Environment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;
import org.springframework.core.io.support.SpringFactoriesLoader.FailureHandler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Starts applications that do not start, and analyzes them with the registered analyzers
 * as Spring Boot does.
 */
public final class StartupFailures {

	private StartupFailures() {
	}

	/**
	 * Return what a user reads.
	 * @param runner the application
	 */
	public static FailureAnalysis analysis(ApplicationContextRunner runner) {
		AtomicReference<@Nullable FailureAnalysis> analysis = new AtomicReference<>();
		AtomicReference<@Nullable Environment> environment = new AtomicReference<>();
		runner.withInitializer((context) -> {
			ConfigurationPropertySources.attach(context.getEnvironment());
			environment.set(context.getEnvironment());
		}).run((context) -> {
			assertThat(context).hasFailed();
			analysis.set(analyze(context.getStartupFailure(), Objects.requireNonNull(environment.get())));
		});
		return Objects.requireNonNull(analysis.get());
	}

	private static FailureAnalysis analyze(Throwable failure, Environment environment) {
		ArgumentResolver arguments = ArgumentResolver.of(Environment.class, environment)
			.and(BeanFactory.class, new DefaultListableBeanFactory());
		return SpringFactoriesLoader.forDefaultResourceLocation()
			.load(FailureAnalyzer.class, arguments, FailureHandler.logging(LogFactory.getLog(StartupFailures.class)))
			.stream()
			.filter((analyzer) -> analyzer.getClass().getName().startsWith("io.rdsboot."))
			.map((analyzer) -> analyzer.analyze(failure))
			.filter(Objects::nonNull)
			.findFirst()
			.orElseThrow(() -> new AssertionError("No analysis", failure));
	}

}
