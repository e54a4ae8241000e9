package io.rdsboot.autoconfigure;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

import javax.tools.ToolProvider;

import io.rdsboot.autoconfigure.migration.RdsMigrationAutoConfiguration;
import io.rdsboot.autoconfigure.validation.RdsRuntimeHints;
import io.rdsboot.autoconfigure.vector.RdsVectorAutoConfiguration;
import io.rdsboot.autoconfigure.vector.VectorRepositoryProperties;
import io.rdsboot.pool.login.AddressChoiceSocketFactory;
import io.rdsboot.routing.ReadWriteRoutingDataSource;
import io.rdsboot.routing.failure.RdsRetry;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.tls.TlsSocketFactory;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.VectorRepository;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.FileSystemGeneratedFiles;
import org.springframework.aot.generate.GeneratedFiles.Kind;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.AbstractAotProcessor;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.MapPropertySource;
import org.springframework.javapoet.ClassName;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * An application that is processed ahead of time, and gets its addresses and credentials
 * at run time only.
 */
@LocalRds(readers = 0)
class AheadOfTimeTests {

	private static final Map<String, Object> DECLARED = Map.of("rds.vector.repositories.aot_documents.dimensions", "3",
			"rds.routing.token.key", "${TOKEN_KEY}");

	private static final Map<String, Object> OTHER_DATABASE = Map.of("spring.datasource.url",
			"jdbc:postgresql://localhost/other");

	private final Map<String, Object> atRunTime;

	@TempDir
	private Path directory;

	AheadOfTimeTests(LocalRdsCluster cluster) {
		this.atRunTime = Map.of("rds.writer", "127.0.0.1:" + cluster.writer().port(), "rds.database",
				cluster.database(), "rds.credentials.username", cluster.username(), "rds.credentials.password",
				cluster.password(), "TOKEN_KEY", "0123456789abcdef0123456789abcdef");
	}

	@Test
	void applicationRunsWithWhatIsConfiguredAtRunTimeOnly() throws Exception {
		Map<String, Object> properties = new HashMap<>(this.atRunTime);
		properties.putAll(DECLARED);
		assertThat(run(process(DECLARED), properties)).isEqualTo("text");
	}

	@Test
	void repositoryThatIsNotDeclaredAtRunTimeIsNamed() throws Exception {
		String initializer = process(DECLARED);
		assertThatExceptionOfType(InvocationTargetException.class).isThrownBy(() -> run(initializer, this.atRunTime))
			.havingRootCause()
			.withMessageContaining("rds.vector.repositories.aot_documents: The repository was declared when the "
					+ "application was processed ahead of time, and is not now.");
	}

	@Test
	void applicationWithoutAClusterAtRunTimeIsTold() throws Exception {
		String initializer = process(Map.of());
		assertThatExceptionOfType(InvocationTargetException.class).isThrownBy(() -> run(initializer, Map.of()))
			.havingRootCause()
			.withMessageContaining("rds.writer: No writer is configured.");
	}

	@Test
	void databaseOfSpringBootIsLeftAlone() throws Exception {
		process(OTHER_DATABASE);
		try (Stream<Path> generated = Files.walk(this.directory)) {
			assertThat(generated).noneMatch((file) -> file.getFileName().toString().startsWith("RdsDataSource"));
		}
	}

	@Test
	void hintsKeepWhatNobodyRefersTo() {
		RuntimeHints hints = new RuntimeHints();
		new RdsRuntimeHints().registerHints(hints, getClass().getClassLoader());
		assertThat(RuntimeHintsPredicates.reflection().onType(TlsSocketFactory.class)).accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection().onType(AddressChoiceSocketFactory.class)).accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection().onType(VectorRepositoryProperties.class)).accepts(hints);
		assertThat(RuntimeHintsPredicates.proxies().forInterfaces(PreparedStatement.class)).accepts(hints);
		for (String authorities : List.of("rds-authorities.pem", "amazon-authorities.pem")) {
			assertThat(RuntimeHintsPredicates.resource().forResource("io/rdsboot/tls/" + authorities)).accepts(hints);
		}
	}

	/**
	 * Processes the application, compiles what is generated, and returns the initializer.
	 */
	private String process(Map<String, Object> properties) throws IOException {
		DefaultGenerationContext generation = new DefaultGenerationContext(
				new ClassNameGenerator(ClassName.get(Service.class)),
				new FileSystemGeneratedFiles((kind) -> this.directory.resolve(kind.name())));
		ClassName initializer;
		System.setProperty(AbstractAotProcessor.AOT_PROCESSING, "true");
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			addProperties(context, properties);
			context.register(Service.class);
			initializer = new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
		}
		finally {
			System.clearProperty(AbstractAotProcessor.AOT_PROCESSING);
		}
		generation.writeGeneratedContent();
		compile();
		return initializer.reflectionName();
	}

	private void compile() throws IOException {
		List<String> arguments = new ArrayList<>(List.of("-nowarn", "-proc:none", "-d", classes().toString(), "-cp",
				System.getProperty("java.class.path")));
		try (Stream<Path> sources = Files.walk(this.directory.resolve(Kind.SOURCE.name()))) {
			sources.map(Path::toString).filter((file) -> file.endsWith(".java")).forEach(arguments::add);
		}
		assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new)))
			.isZero();
	}

	private Path classes() {
		return this.directory.resolve(Kind.CLASS.name());
	}

	/**
	 * Runs the application in a class loader of its own, because generated code uses
	 * classes that its package alone may see.
	 */
	private String run(String initializer, Map<String, Object> properties) throws Exception {
		List<URL> urls = new ArrayList<>();
		urls.add(classes().toUri().toURL());
		for (String element : System.getProperty("java.class.path").split(File.pathSeparator)) {
			urls.add(new File(element).toURI().toURL());
		}
		Thread thread = Thread.currentThread();
		ClassLoader before = thread.getContextClassLoader();
		try (URLClassLoader loader = new URLClassLoader(urls.toArray(URL[]::new),
				ClassLoader.getPlatformClassLoader())) {
			thread.setContextClassLoader(loader);
			return (String) loader.loadClass(Service.class.getName())
				.getMethod("use", String.class, Map.class)
				.invoke(null, initializer, properties);
		}
		finally {
			thread.setContextClassLoader(before);
		}
	}

	private static void addProperties(GenericApplicationContext context, Map<String, Object> properties) {
		context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("properties", properties));
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ RdsDataSourceAutoConfiguration.class, DataSourceAutoConfiguration.class,
			DataSourceTransactionManagerAutoConfiguration.class, TransactionAutoConfiguration.class,
			JdbcTemplateAutoConfiguration.class, RdsMigrationAutoConfiguration.class, FlywayAutoConfiguration.class,
			RdsVectorAutoConfiguration.class, RdsRetryAutoConfiguration.class })
	public static class Service {

		/**
		 * Stores a record and returns its content.
		 */
		@SuppressWarnings("unchecked")
		public static String use(String initializer, Map<String, Object> properties) throws Exception {
			try (GenericApplicationContext context = new GenericApplicationContext()) {
				addProperties(context, properties);
				((ApplicationContextInitializer<GenericApplicationContext>) Class.forName(initializer)
					.getConstructor()
					.newInstance()).initialize(context);
				context.refresh();
				return use(context);
			}
		}

		private static String use(GenericApplicationContext context) {
			assertThat(context.getBean(JdbcTemplate.class).getDataSource())
				.isInstanceOf(ReadWriteRoutingDataSource.class);
			VectorRepository<UUID> documents = context
				.<VectorRepository<UUID>>getBeanProvider(
						ResolvableType.forClassWithGenerics(VectorRepository.class, UUID.class))
				.getObject();
			UUID id = UUID.randomUUID();
			context.getBean(RdsRetry.class)
				.executeWithoutResult((status) -> documents
					.upsert(new VectorRecord<>(id, new float[] { 1, 0, 0 }, "text", Map.of())));
			return documents.findById(id).orElseThrow().content();
		}

	}

}
