package io.rdsboot.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.server.NativeRuntime;
import io.rdsboot.test.spring.LocalRdsAutoConfiguration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Ends of JVMs with a local cluster and an application on it, seen from outside.
 */
class LocalRdsShutdownTests {

	private static final String DONE = "The work is done";

	/** Not a temporary directory of JUnit's, which the servers' user could not enter. */
	private Path directory;

	@BeforeEach
	void directory() throws IOException {
		this.directory = Files.createTempDirectory(NativeRuntime.parentDirectory(), "rds-tests-");
		this.directory.toFile().setExecutable(true, false);
	}

	@AfterEach
	void delete() throws IOException {
		FileSystemUtils.deleteRecursively(this.directory);
	}

	@Test
	void jvmOfSpringTestEndsWithoutWarningOrServer() throws Exception {
		Process process = start(TestPlan.class);
		assertThat(process.waitFor(300, TimeUnit.SECONDS)).isTrue();
		assertThat(process.exitValue()).as(output()).isZero();
		assertEndedQuietly();
	}

	@Test
	void jvmOfApplicationWithClusterBeanEndsWithoutWarningOrServer() throws Exception {
		Process process = start(Program.class);
		Awaitility.await().atMost(Duration.ofSeconds(300)).until(() -> !process.isAlive() || output().contains(DONE));
		process.destroy();
		assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
		assertEndedQuietly();
	}

	private Process start(Class<?> main) throws IOException {
		List<String> command = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), "-Drds.local.directory=" + this.directory, main.getName());
		return new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(this.directory.resolve("output").toFile())
			.start();
	}

	private String output() throws IOException {
		return Files.readString(this.directory.resolve("output"));
	}

	private void assertEndedQuietly() throws IOException {
		assertThat(output()).contains(DONE);
		assertThat(output().lines()).noneMatch((line) -> line.contains(" WARN ") || line.contains(" ERROR "))
			.noneMatch((line) -> line.contains("Exception"));
		assertThat(ProcessHandle.allProcesses()
			.filter((process) -> process.info().commandLine().orElse("").contains(this.directory.toString())))
			.isEmpty();
		try (Stream<Path> children = Files.list(this.directory)) {
			// What initdb made stays, for the next JVM.
			assertThat(children.map((child) -> child.getFileName().toString())).containsExactlyInAnyOrder("output",
					"rds-local-templates-" + System.getProperty("user.name"));
		}
	}

	/**
	 * Main class of a JVM that executes a test plan and ends, as build tools do.
	 */
	static final class TestPlan {

		private TestPlan() {
		}

		public static void main(String[] args) {
			LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
				.selectors(DiscoverySelectors.selectClass(ApplicationCase.class))
				.build();
			SummaryGeneratingListener listener = new SummaryGeneratingListener();
			Launcher launcher = LauncherFactory.create();
			// As where classes are executed one by one: the context is cached, and its
			// cluster is there for the next.
			launcher.execute(request, listener);
			launcher.execute(request, listener);
			System.exit((listener.getSummary().getTestsSucceededCount() == 1) ? 0 : 1);
		}

	}

	@LocalRds(readers = 2)
	@SpringBootTest(classes = Application.class)
	static class ApplicationCase {

		@Test
		void applicationUsesDatabase(@Autowired JdbcClient jdbc) {
			assertThat(jdbc.sql("SELECT 1").query(Integer.class).single()).isEqualTo(1);
			System.out.println(DONE);
		}

	}

	/**
	 * Main class of an application that brings its cluster, as at development time.
	 */
	static final class Program {

		private Program() {
		}

		public static void main(String[] args) throws InterruptedException {
			SpringApplication application = new SpringApplication(ProgramConfiguration.class);
			application.setWebApplicationType(WebApplicationType.NONE);
			application.run(args);
			System.out.println(DONE);
			Thread.currentThread().join();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ RdsDataSourceAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
			JdbcClientAutoConfiguration.class, LocalRdsAutoConfiguration.class })
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ RdsDataSourceAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
			JdbcClientAutoConfiguration.class, LocalRdsAutoConfiguration.class })
	static class ProgramConfiguration {

		@Bean
		LocalRdsCluster cluster() {
			return LocalRdsCluster.builder().readers(2).start();
		}

	}

}
