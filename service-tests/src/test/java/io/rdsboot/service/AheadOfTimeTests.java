package io.rdsboot.service;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javax.tools.ToolProvider;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.store.embedding.EmbeddingStore;
import io.rdsboot.autoconfigure.RdsDataSourceAutoConfiguration;
import io.rdsboot.autoconfigure.RdsRetryAutoConfiguration;
import io.rdsboot.autoconfigure.migration.RdsMigrationAutoConfiguration;
import io.rdsboot.autoconfigure.vector.RdsVectorAutoConfiguration;
import io.rdsboot.autoconfigure.vector.text.RdsVectorTextAutoConfiguration;
import io.rdsboot.langchain4j.autoconfigure.RdsLangChain4jAutoConfiguration;
import io.rdsboot.move.autoconfigure.RdsMoveAutoConfiguration;
import io.rdsboot.routing.ReadWriteRoutingDataSource;
import io.rdsboot.routing.failure.RdsRetry;
import io.rdsboot.springai.autoconfigure.RdsSpringAiAutoConfiguration;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsMove;
import io.rdsboot.test.LocalRdsMoveDatabase;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.text.TextRepository;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.FileSystemGeneratedFiles;
import org.springframework.aot.generate.GeneratedFiles.Kind;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
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

	private static final String DOCUMENTS = "rds.vector.repositories.aot_documents.";

	private static final Map<String, Object> DECLARED = Map.of(DOCUMENTS + "dimensions", "3", "rds.routing.token.key",
			"${TOKEN_KEY}");

	private static final Map<String, Object> STORES = Map.of(DOCUMENTS + "spring-ai", "true", DOCUMENTS + "langchain4j",
			"true", DOCUMENTS + "text.enabled", "true");

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
	void storesOverARepositoryRun() throws Exception {
		Map<String, Object> declared = new HashMap<>(DECLARED);
		declared.putAll(STORES);
		Map<String, Object> properties = new HashMap<>(this.atRunTime);
		properties.putAll(declared);
		assertThat(run(process(declared), properties))
			.isEqualTo("text, of Spring AI, of LangChain4j, of a text repository");
	}

	@Test
	void serviceWhoseDatabaseMovesWritesToItsSource() throws Exception {
		try (LocalRdsMove move = LocalRdsMove.builder().extension("vector").start()) {
			LocalRdsMoveDatabase source = move.source();
			LocalRdsMoveDatabase target = move.target();
			Map<String, Object> declared = new HashMap<>(DECLARED);
			declared.put("rds.move.source.address", source.address().host() + ":" + source.address().port());
			Map<String, Object> properties = new HashMap<>(this.atRunTime);
			properties.putAll(declared);
			properties.put("rds.writer", target.address().host() + ":" + target.address().port());
			properties.put("rds.database", target.cluster().database());
			properties.put("rds.credentials.username", target.cluster().username());
			properties.put("rds.credentials.password", target.cluster().password());
			properties.put("rds.move.source.database", source.cluster().database());
			properties.put("rds.move.source.credentials.username", source.moverUsername());
			properties.put("rds.move.source.credentials.password", source.moverPassword());
			properties.put("rds.move.source.application.username", source.cluster().username());
			properties.put("rds.move.source.application.password", source.cluster().password());
			properties.put("rds.move.target.credentials.username", target.moverUsername());
			properties.put("rds.move.target.credentials.password", target.moverPassword());
			assertThat(run(process(declared), properties)).isEqualTo("text");
			assertThat(new JdbcTemplate(source.applicationDataSource())
				.queryForObject("SELECT count(*) FROM aot_documents", Integer.class)).isEqualTo(1);
		}
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
			RdsVectorAutoConfiguration.class, RdsVectorTextAutoConfiguration.class, RdsRetryAutoConfiguration.class,
			RdsSpringAiAutoConfiguration.class, RdsLangChain4jAutoConfiguration.class, RdsMoveAutoConfiguration.class })
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
			String content = documents.findById(id).orElseThrow().content();
			return context.containsBean("aot_documentsTextRepository") ? content + useStores(context, documents)
					: content;
		}

		/**
		 * Stores a text by each store, and returns them.
		 */
		private static String useStores(GenericApplicationContext context, VectorRepository<UUID> documents) {
			Document document = new Document("of Spring AI");
			context.getBean("aot_documentsVectorStore", VectorStore.class).add(List.of(document));
			String embedded = context
				.<EmbeddingStore<TextSegment>>getBeanProvider(
						ResolvableType.forClassWithGenerics(EmbeddingStore.class, TextSegment.class))
				.getObject()
				.add(Embedding.from(new float[] { 1, 0, 0 }), TextSegment.from("of LangChain4j"));
			UUID id = UUID.randomUUID();
			context
				.<TextRepository<UUID>>getBeanProvider(
						ResolvableType.forClassWithGenerics(TextRepository.class, UUID.class))
				.getObject()
				.upsert(id, "of a text repository");
			return Stream.of(document.getId(), embedded, id.toString())
				.map((each) -> ", " + documents.findById(UUID.fromString(each)).orElseThrow().content())
				.collect(Collectors.joining());
		}

		@Bean
		EmbeddingModel model() {
			return new Model();
		}

	}

	/**
	 * Model of Spring AI that makes the same vector of all texts.
	 */
	static class Model implements EmbeddingModel {

		@Override
		public EmbeddingResponse call(EmbeddingRequest request) {
			return new EmbeddingResponse(IntStream.range(0, request.getInstructions().size())
				.mapToObj((index) -> new org.springframework.ai.embedding.Embedding(new float[] { 1, 0, 0 }, index))
				.toList());
		}

		@Override
		public float[] embed(Document document) {
			return new float[] { 1, 0, 0 };
		}

	}

}
