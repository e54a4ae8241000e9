package io.rdsboot.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.common.KeyValue;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.rdsboot.actuate.VectorMetrics;
import io.rdsboot.actuate.observation.VectorRowsHandler;
import io.rdsboot.autoconfigure.actuate.RdsVectorObservationAutoConfiguration;
import io.rdsboot.autoconfigure.vector.RdsVectorAutoConfiguration;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.LoadOptions;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.VectorSearch;
import io.rdsboot.vector.VectorTestDatabase;
import io.rdsboot.vector.index.VectorIndexManager;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of the observations and meters of declared vector repositories.
 */
@LocalRds
class ObservedRepositoryTests {

	private static final VectorSearch SEARCH = VectorSearch.nearest(new float[] { 1, 2, 3 });

	private final Spans spans = new Spans();

	private HikariDataSource database;

	private ApplicationContextRunner contextRunner;

	@BeforeEach
	void createDatabase(LocalRdsCluster cluster) {
		this.database = VectorTestDatabase.create(cluster);
		this.contextRunner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
					DataSourceTransactionManagerAutoConfiguration.class, FlywayAutoConfiguration.class,
					RdsVectorAutoConfiguration.class, RdsVectorObservationAutoConfiguration.class))
			.withPropertyValues("spring.datasource.url=" + this.database.getJdbcUrl(),
					"spring.datasource.username=" + this.database.getUsername(),
					"spring.datasource.password=" + this.database.getPassword(),
					"rds.vector.repositories.documents.id-type=bigint",
					"rds.vector.repositories.documents.dimensions=3");
	}

	@AfterEach
	void closePool() {
		this.database.close();
	}

	@Test
	void operationsAndBuildsAreSpansWithTheKeysOfOpenTelemetry() {
		observed(this.spans).run((context) -> {
			VectorRepository<Long> documents = documents(context.getBean(VectorRepository.class));
			documents.upsert(record(1));
			documents.load(IntStream.range(2, 5).mapToObj(ObservedRepositoryTests::record), LoadOptions.insert());
			context.getBean(VectorIndexManager.class).awaitReady(Duration.ofMinutes(1));
			documents.search(SEARCH.limit(2).exact());
			documents.searchAll(List.of(SEARCH, SEARCH));
			documents.search(SEARCH, (row, number) -> row.getLong("id"));
			documents.delete(1L);
			assertThat(this.spans.ended("rds.vector.operation")).extracting(Observation.Context::getContextualName)
				.containsExactly("upsert documents", "load documents", "search documents", "search_all documents",
						"search documents", "delete documents");
			assertThat(keys(this.spans.ended("rds.vector.operation").get(1)))
				.containsEntry("db.collection.name", "documents")
				.containsEntry("db.operation.name", "load")
				.containsEntry("db.system.name", "postgresql")
				.containsEntry("db.query.summary", "load documents")
				.containsEntry("rds.vector.plan", "none")
				.containsEntry("rds.vector.written_rows", "3");
			assertThat(keys(this.spans.ended("rds.vector.operation").get(2))).containsEntry("rds.vector.plan", "exact")
				.containsEntry("db.response.returned_rows", "2")
				.containsEntry("rds.vector.statements", "1");
			assertThat(this.spans.ended("rds.vector.index.build")).isNotEmpty()
				.allSatisfy((build) -> assertThat(build.getContextualName()).isEqualTo("CREATE INDEX documents"))
				.anySatisfy((build) -> assertThat(keys(build).get("rds.vector.index")).contains("embedding"));
		});
	}

	@Test
	void searchIsTheCurrentObservationOfItsStatementsAndEndsWithItsError() {
		observed(this.spans).run((context) -> {
			ObservationRegistry registry = context.getBean(ObservationRegistry.class);
			VectorRepository<Long> documents = documents(context.getBean(VectorRepository.class));
			documents.upsert(record(1));
			Observation request = Observation.start("request", registry);
			request.scoped(() -> {
				documents.search(SEARCH, (row, number) -> {
					assertThat(registry.getCurrentObservation().getContext().getName())
						.isEqualTo("rds.vector.operation");
					return 1;
				});
				assertThatIllegalArgumentException()
					.isThrownBy(() -> documents.search(VectorSearch.nearest(new float[] { 1 })));
				assertThat(registry.getCurrentObservation()).isSameAs(request);
			});
			List<Observation.Context> searches = this.spans.ended("rds.vector.operation");
			assertThat(searches.get(1).getParentObservation()).isSameAs(request);
			assertThat(searches.get(1).getError()).isNull();
			assertThat(searches.get(2).getError()).isInstanceOf(IllegalArgumentException.class);
		});
	}

	@Test
	void handlerThatFailsFailsNoOperationAndLeavesNoScope() {
		observed(new FailingHandler()).run((context) -> {
			VectorRepository<Long> documents = documents(context.getBean(VectorRepository.class));
			documents.upsert(record(1));
			assertThat(documents.search(SEARCH)).hasSize(1);
			assertThatIllegalArgumentException()
				.isThrownBy(() -> documents.search(VectorSearch.nearest(new float[] { 1 })));
			assertThat(context.getBean(ObservationRegistry.class).getCurrentObservationScope()).isNull();
			context.getBean(VectorIndexManager.class).awaitReady(Duration.ofMinutes(1));
		});
	}

	@Test
	void rowsAreMeasured() {
		observed(this.spans).withBean(MeterRegistry.class, SimpleMeterRegistry::new).run((context) -> {
			MeterRegistry meters = context.getBean(MeterRegistry.class);
			context.getBean(ObservationRegistry.class)
				.observationConfig()
				.observationHandler(context.getBean(VectorRowsHandler.class))
				.observationHandler(new DefaultMeterObservationHandler(meters));
			VectorRepository<Long> documents = documents(context.getBean(VectorRepository.class));
			documents.upsert(List.of(record(1), record(2)));
			documents.search(SEARCH.exact());
			assertThat(meters.get("rds.vector.rows").tag("db.operation.name", "upsert").summary().totalAmount())
				.isEqualTo(2);
			assertThat(meters.get("rds.vector.operation").tag("rds.vector.plan", "exact").timer().count()).isOne();
			context.getBean(VectorIndexManager.class).awaitReady(Duration.ofMinutes(1));
			assertThat(meters.get("rds.vector.index.ready").gauges())
				.allSatisfy((gauge) -> assertThat(gauge.value()).isOne());
		});
	}

	@Test
	void nothingIsObservedWithoutRegistries() {
		this.contextRunner.run((context) -> assertThat(context.getBean(VectorRepository.class))
			.isInstanceOf(JdbcVectorRepository.class));
		this.contextRunner.withClassLoader(new FilteredClassLoader(MeterRegistry.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(VectorMetrics.class));
	}

	private ApplicationContextRunner observed(ObservationHandler<Observation.Context> handler) {
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig().observationHandler(handler);
		return this.contextRunner.withBean(ObservationRegistry.class, () -> registry);
	}

	@SuppressWarnings("unchecked")
	private static VectorRepository<Long> documents(VectorRepository<?> repository) {
		return (VectorRepository<Long>) repository;
	}

	private static VectorRecord<Long> record(int id) {
		return new VectorRecord<>((long) id, new float[] { id, 2, 3 }, "a house");
	}

	private static Map<String, String> keys(Observation.Context span) {
		return span.getAllKeyValues().stream().collect(Collectors.toMap(KeyValue::getKey, KeyValue::getValue));
	}

	/**
	 * Keeps the observations that have ended.
	 */
	private static final class Spans implements ObservationHandler<Observation.Context> {

		private final List<Observation.Context> ended = new CopyOnWriteArrayList<>();

		@Override
		public void onStop(Observation.Context context) {
			this.ended.add(context);
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

		private List<Observation.Context> ended(String name) {
			return this.ended.stream().filter((context) -> name.equals(context.getName())).toList();
		}

	}

	/**
	 * Throws at every step.
	 */
	private static final class FailingHandler implements ObservationHandler<Observation.Context> {

		@Override
		public void onScopeOpened(Observation.Context context) {
			throw new IllegalStateException("no room for a scope");
		}

		@Override
		public void onError(Observation.Context context) {
			throw new IllegalStateException("no room for an error");
		}

		@Override
		public void onStop(Observation.Context context) {
			throw new IllegalStateException("no room for an end");
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

	}

}
