package io.rdsboot.autoconfigure;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.autoconfigure.vector.RdsVectorAutoConfiguration;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.RecordQuery;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.VectorTestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests which server reads of a repository are served by.
 */
@LocalRds
class RepositoryReadsTests {

	@Test
	void windowsStreamsAndExportsAreReadFromAReader(LocalRdsCluster cluster) {
		try (HikariDataSource database = VectorTestDatabase.createWithExtension(cluster)) {
			JdbcTemplate administrator = new JdbcTemplate(database);
			administrator.execute("CREATE VIEW documents AS SELECT 1::bigint AS id, '[1,2]'::vector AS embedding, "
					+ "CASE WHEN pg_is_in_recovery() THEN 'reader' ELSE 'writer' END AS content, '{}'::jsonb AS metadata");
			administrator.execute("GRANT SELECT ON documents TO " + cluster.username());
			new ApplicationContextRunner()
				.withConfiguration(AutoConfigurations.of(RdsDataSourceAutoConfiguration.class,
						DataSourceTransactionManagerAutoConfiguration.class, TransactionAutoConfiguration.class,
						RdsVectorAutoConfiguration.class))
				.withPropertyValues("rds.writer=%s:%d".formatted(cluster.writer().host(), cluster.writer().port()),
						"rds.readers=%s:%d".formatted(cluster.readers().get(0).host(), cluster.readers().get(0).port()),
						"rds.database=" + administrator.queryForObject("SELECT current_database()", String.class),
						"rds.credentials.username=" + cluster.username(),
						"rds.credentials.password=" + cluster.password(), "rds.vector.schema=none",
						"rds.vector.repositories.documents.id-type=bigint",
						"rds.vector.repositories.documents.dimensions=2",
						"rds.vector.repositories.documents.index.type=none")
				.run((context) -> {
					@SuppressWarnings("unchecked")
					VectorRepository<Long> documents = context.getBean("documents", VectorRepository.class);
					// Until the reader has replayed the database, the writer serves, or
					// it fails.
					Awaitility.await()
						.atMost(Duration.ofMinutes(2))
						.ignoreExceptions()
						.untilAsserted(() -> assertServedByAReader(documents));
				});
		}
	}

	private static void assertServedByAReader(VectorRepository<Long> documents) {
		assertThat(documents.find(RecordQuery.all()).records()).singleElement()
			.extracting(VectorRecord::content)
			.isEqualTo("reader");
		try (Stream<VectorRecord<Long>> stream = documents.stream(RecordQuery.all())) {
			assertThat(stream).singleElement().extracting(VectorRecord::content).isEqualTo("reader");
		}
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		documents.exportTo(out, RecordQuery.all());
		assertThat(out.toString(StandardCharsets.UTF_8)).contains("\"content\":\"reader\"");
	}

}
