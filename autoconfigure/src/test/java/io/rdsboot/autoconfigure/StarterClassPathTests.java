package io.rdsboot.autoconfigure;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A service with the libraries alone that the starter brings: neither those of AWS, nor
 * Flyway.
 */
@LocalRds(readers = 0)
@ExtendWith(OutputCaptureExtension.class)
class StarterClassPathTests {

	/**
	 * What {@code rds-spring-boot-starter} brings.
	 */
	private static final Pattern OF_STARTER = Pattern
		.compile("(spring-(core|beans|context|aop|expression|jdbc|tx)|spring-boot"
				+ "|spring-boot-(autoconfigure|jdbc|sql|transaction|persistence)|HikariCP|postgresql|checker-qual"
				+ "|pgvector|jackson-(core|databind|annotations)|slf4j-api|logback-.*|log4j-.*|jul-to-slf4j|snakeyaml"
				+ "|jspecify|commons-logging|micrometer-(commons|observation)|jakarta.annotation-api)-[0-9.]+\\.jar"
				+ "|rds-(jdbc|pgvector)-[0-9.]+(-SNAPSHOT)?\\.jar");

	private final LocalRdsCluster cluster;

	StarterClassPathTests(LocalRdsCluster cluster) {
		this.cluster = cluster;
	}

	@Test
	void serviceWithPasswordsStarts() throws Exception {
		assertThat(run(passwords())).isEqualTo(this.cluster.username());
	}

	@Test
	void serviceWithRepositoriesWhoseTablesAreMadeElsewhereStarts() throws Exception {
		assertThat(run(passwords("--rds.vector.repositories.documents.dimensions=3", "--rds.vector.schema=none",
				"--rds.vector.repositories.documents.index.type=none")))
			.isEqualTo(this.cluster.username());
	}

	@Test
	void loginThatIsRefusedIsAnalyzed(CapturedOutput output) {
		refused(passwords("--rds.credentials.password=wrong"));
		assertThat(output).contains("APPLICATION FAILED TO START", "password");
	}

	@Test
	void tokensWithoutTheirLibraryNameTheDependency(CapturedOutput output) {
		refused(address("--rds.credentials.type=iam", "--rds.credentials.username=app"));
		assertThat(output).contains(
				"rds.credentials.type = 'iam': It needs software.amazon.awssdk:rds, which is not on the class path.",
				"Add the dependency io.rdsboot:rds-spring-boot-starter-aws, which brings it");
	}

	@Test
	void secretsWithoutTheirLibraryNameTheDependency(CapturedOutput output) {
		refused(address("--rds.credentials.type=secrets-manager",
				"--rds.credentials.secrets-manager.secret-id=app/database"));
		assertThat(output).contains(
				"rds.credentials.type = 'secrets-manager': It needs software.amazon.awssdk:secretsmanager, "
						+ "which is not on the class path.",
				"Add the dependency io.rdsboot:rds-spring-boot-starter-aws, which brings it");
	}

	@Test
	void discoveryByTheApiWithoutItsLibraryNamesTheDependency(CapturedOutput output) {
		refused(passwords("--rds.topology.discovery=rds-api"));
		assertThat(output).contains("rds.topology.discovery = 'rds-api': It needs software.amazon.awssdk:rds",
				"Add the dependency io.rdsboot:rds-spring-boot-starter-aws");
	}

	@Test
	void tablesWithoutFlywayNameTheDependencies(CapturedOutput output) {
		refused(passwords("--rds.vector.repositories.documents.dimensions=3"));
		assertThat(output).contains("rds.vector.repositories.documents.schema = 'migrate'",
				"Add the dependencies org.springframework.boot:spring-boot-starter-flyway "
						+ "and org.flywaydb:flyway-database-postgresql");
	}

	private void refused(String... arguments) {
		assertThatExceptionOfType(InvocationTargetException.class).isThrownBy(() -> run(arguments))
			.satisfies((ex) -> assertThat(ex).hasStackTraceContaining("io.rdsboot")
				.message()
				.as("no class is missed")
				.isNull())
			.satisfies((ex) -> assertThat(Stream.iterate((Throwable) ex, (each) -> each != null, Throwable::getCause))
				.noneMatch(LinkageError.class::isInstance));
	}

	private String[] passwords(String... further) {
		return address(Stream
			.concat(Stream.of("--rds.credentials.username=" + this.cluster.username(),
					"--rds.credentials.password=" + this.cluster.password()), Stream.of(further))
			.toArray(String[]::new));
	}

	private String[] address(String... further) {
		return Stream
			.concat(Stream.of("--rds.writer=127.0.0.1:" + this.cluster.writer().port(),
					"--rds.database=" + this.cluster.database(), "--spring.main.banner-mode=off"), Stream.of(further))
			.toArray(String[]::new);
	}

	/**
	 * Runs the service, and returns the user that it logs in as.
	 */
	private static String run(String... arguments) throws Exception {
		Thread thread = Thread.currentThread();
		ClassLoader before = thread.getContextClassLoader();
		try (URLClassLoader classes = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
			thread.setContextClassLoader(classes);
			return (String) classes.loadClass(Service.class.getName())
				.getMethod("user", String[].class)
				.invoke(null, (Object) arguments);
		}
		finally {
			thread.setContextClassLoader(before);
		}
	}

	private static URL[] classPath() throws IOException {
		List<URL> urls = new ArrayList<>();
		for (String element : System.getProperty("java.class.path").split(File.pathSeparator)) {
			File file = new File(element);
			if (file.isDirectory() ? isOurs(file) : OF_STARTER.matcher(file.getName()).matches()) {
				urls.add(url(file));
			}
		}
		return urls.toArray(URL[]::new);
	}

	private static URL url(File file) throws MalformedURLException {
		return file.toURI().toURL();
	}

	private static boolean isOurs(File directory) {
		return Stream.of("autoconfigure", "routing", "vector")
			.anyMatch((name) -> new File(directory, "io/rdsboot/" + name).isDirectory());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	public static class Service {

		public static String user(String[] arguments) {
			try (ConfigurableApplicationContext context = SpringApplication.run(Service.class, arguments)) {
				return context.getBean(JdbcTemplate.class).queryForObject("SELECT current_user", String.class);
			}
		}

	}

}
