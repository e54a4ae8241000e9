package io.rdsboot.vector.index;

import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.LoadOptions;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.VectorSearch;
import io.rdsboot.vector.VectorTestDatabase;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.schema.VectorSchema;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.jdbc.core.JdbcTemplate;

import static io.rdsboot.test.QueryPlanAssert.assertThatPlan;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests of waiting until the indexes of vector tables are ready.
 */
@LocalRds(readers = 0)
@Timeout(120)
class IndexReadinessTests {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private HikariDataSource dataSource;

	private VectorTable table;

	private VectorRepository<Long> documents;

	@BeforeEach
	void createTable(LocalRdsCluster cluster) {
		this.dataSource = VectorTestDatabase.create(cluster);
		JdbcTemplate jdbc = new JdbcTemplate(this.dataSource);
		jdbc.execute("CREATE EXTENSION vector");
		this.table = VectorTable.builder("documents")
			.idType(IdType.BIGINT)
			.dimensions(3)
			.index(VectorIndex.hnsw())
			.build();
		new VectorSchema(jdbc).migrate(this.table);
		this.documents = JdbcVectorRepository.builder(this.dataSource, this.table, Long.class).build();
	}

	@AfterEach
	void closePool() {
		this.dataSource.close();
	}

	@Test
	void planIsAsDocumentedRightAfterTheWait() throws Exception {
		try (VectorIndexManager manager = manager()) {
			manager.start();
			this.documents.load(
					LongStream.rangeClosed(1, 2000)
						.mapToObj((id) -> new VectorRecord<>(id, new float[] { id, id % 7, 1 }, "text")),
					LoadOptions.upsert());
			manager.awaitReady(LIMIT);
			assertThatPlan(this.documents.explain(VectorSearch.nearest(new float[] { 1, 1, 1 }))).isOrderedByIndex();
		}
	}

	@Test
	void indexThatIsNotReadyInTimeIsNamedWithItsReason() {
		try (VectorIndexManager manager = manager()) {
			manager.start();
			assertThatIllegalStateException().isThrownBy(() -> manager.awaitReady(Duration.ofMillis(200)))
				.withMessageStartingWith("Not ready after 200 ms: ")
				.withMessageContaining(" of documents is ");
		}
	}

	@Test
	void nobodyIsWaitedFor() {
		try (VectorIndexManager manager = manager()) {
			assertThatIllegalStateException().isThrownBy(() -> manager.awaitReady(LIMIT))
				.withMessageStartingWith("Not ready, and nobody works on it: ");
		}
	}

	private VectorIndexManager manager() {
		return VectorIndexManager.builder(this.dataSource, List.of(this.table))
			.retryInterval(Duration.ofMillis(50))
			.build();
	}

}
