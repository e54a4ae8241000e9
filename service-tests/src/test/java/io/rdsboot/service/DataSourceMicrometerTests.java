package io.rdsboot.service;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import javax.sql.DataSource;

import io.micrometer.common.KeyValue;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.rdsboot.routing.ReadWriteRoutingDataSource;
import io.rdsboot.routing.Reads;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import jakarta.persistence.EntityManager;
import net.ttddyy.observation.boot.autoconfigure.DataSourceObservationAutoConfiguration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of a service that has datasource-micrometer on its class path, whose
 * auto-configuration wraps the data source, and nothing configured for it.
 */
@LocalRds(readers = 1)
class DataSourceMicrometerTests {

	private static ServiceInstance service;

	private final LocalRdsInstance writer;

	private final LocalRdsInstance reader;

	private final Work work = service.bean(Work.class);

	DataSourceMicrometerTests(LocalRdsCluster cluster) {
		this.writer = cluster.writer();
		this.reader = cluster.readers().get(0);
	}

	@BeforeAll
	static void start(LocalRdsCluster cluster) {
		service = ServiceInstance.of(cluster, Application.class);
	}

	@AfterAll
	static void stop() {
		service.close();
	}

	@Test
	void dataSourceIsWrappedAndItsQueriesAreObserved() throws Exception {
		assertThat(service.bean(DataSourceObservationAutoConfiguration.class)).isNotNull();
		DataSource dataSource = service.bean(DataSource.class);
		assertThat(dataSource).isNotInstanceOf(ReadWriteRoutingDataSource.class);
		assertThat(dataSource.isWrapperFor(ReadWriteRoutingDataSource.class)).isTrue();
		this.work.port();
		assertThat(service.bean(MeterRegistry.class).get("jdbc.query").timer().count()).isPositive();
		assertThat(service.bean(MeterRegistry.class).get("jdbc.connection").timer().count()).isPositive();
	}

	@Test
	void spansOfQueriesShowWhichServerAnsweredAndWhy() {
		Spans spans = service.bean(Spans.class);
		Awaitility.await().atMost(Duration.ofMinutes(1)).pollInSameThread().untilAsserted(() -> {
			spans.queries.clear();
			this.work.port();
			assertThat(spans.queries).singleElement()
				.satisfies((span) -> assertThat(keys(span)).containsEntry("rds.instance", address(this.reader))
					.containsEntry("rds.role", "reader")
					.containsEntry("rds.reason", "read"));
		});
		spans.queries.clear();
		this.work.portOfWriting();
		assertThat(spans.queries).singleElement()
			.satisfies((span) -> assertThat(keys(span)).containsEntry("rds.instance", address(this.writer))
				.containsEntry("rds.role", "writer")
				.containsEntry("rds.reason", "write"));
		assertThat(service.bean(MeterRegistry.class).get("jdbc.query").timers())
			.allSatisfy((timer) -> assertThat(timer.getId().getTag("rds.instance")).isNull());
	}

	private static Map<String, String> keys(Observation.Context span) {
		return span.getHighCardinalityKeyValues()
			.stream()
			.collect(Collectors.toMap(KeyValue::getKey, KeyValue::getValue));
	}

	private static String address(LocalRdsInstance instance) {
		return instance.host() + ":" + instance.port();
	}

	@Test
	void readsGoToTheReaderAndWritesToTheWriter() {
		Awaitility.await()
			.atMost(Duration.ofMinutes(1))
			.pollInSameThread()
			.until(this.work::port, (port) -> port == this.reader.port());
		assertThat(this.work.portOfJpa()).isEqualTo(this.reader.port());
		assertThat(this.work.portOfWriting()).isEqualTo(this.writer.port());
	}

	@Test
	void sessionReadsWhatItHasWritten() {
		Reads.inUnitOfWork(() -> {
			this.work.createTable();
			for (int i = 1; i <= 20; i++) {
				this.work.write();
				assertThat(this.work.count()).isEqualTo(i);
			}
			return null;
		});
	}

	/**
	 * Keeps the observations of queries.
	 */
	static class Spans implements ObservationHandler<Observation.Context> {

		private final List<Observation.Context> queries = new CopyOnWriteArrayList<>();

		@Override
		public void onStop(Observation.Context context) {
			if ("jdbc.query".equals(context.getName())) {
				this.queries.add(context);
			}
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

	}

	static class Work {

		private final JdbcTemplate jdbc;

		private final EntityManager entityManager;

		Work(JdbcTemplate jdbc, EntityManager entityManager) {
			this.jdbc = jdbc;
			this.entityManager = entityManager;
		}

		@Transactional(readOnly = true)
		public int port() {
			return this.jdbc.queryForObject("SELECT inet_server_port()", Integer.class);
		}

		@Transactional(readOnly = true)
		public int portOfJpa() {
			return ((Number) this.entityManager.createNativeQuery("SELECT inet_server_port()").getSingleResult())
				.intValue();
		}

		@Transactional
		public int portOfWriting() {
			return this.jdbc.queryForObject("SELECT inet_server_port()", Integer.class);
		}

		@Transactional
		public void createTable() {
			this.jdbc.execute("CREATE TABLE observed (id int)");
		}

		@Transactional
		public void write() {
			this.jdbc.update("INSERT INTO observed VALUES (1)");
		}

		@Transactional(readOnly = true)
		public int count() {
			return this.jdbc.queryForObject("SELECT count(*) FROM observed", Integer.class);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(
			excludeName = "org.springframework.boot.session.jdbc.autoconfigure.JdbcSessionAutoConfiguration")
	@Import({ Work.class, Spans.class })
	static class Application {

	}

}
