package io.rdsboot.vector.reembedding;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.VectorTestDatabase;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.reembedding.ReembeddingStatus.State;
import io.rdsboot.vector.schema.VectorSchema;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorTable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link EmbeddingModelVerifier}.
 */
@LocalRds
class EmbeddingModelVerifierTests {

	private static final HashedTexts SMALL = new HashedTexts("small", 4);

	private static final HashedTexts LARGE = new HashedTexts("large", 6);

	private static final VectorTable TABLE = VectorTable.builder("documents")
		.idType(IdType.BIGINT)
		.dimensions(4)
		.build();

	private LocalRdsCluster cluster;

	private HikariDataSource dataSource;

	private JdbcTemplate jdbc;

	@BeforeEach
	void createTable(LocalRdsCluster cluster) {
		this.cluster = cluster;
		this.dataSource = VectorTestDatabase.createWithExtension(cluster);
		this.jdbc = new JdbcTemplate(this.dataSource);
		new VectorSchema(this.dataSource).migrate(TABLE);
	}

	@AfterEach
	void close() {
		this.dataSource.close();
	}

	@Test
	void theFirstModelIsNotedBesideWhatIsThere() {
		this.jdbc.execute("COMMENT ON COLUMN documents.embedding IS 'of the handbook'");
		verifier().verify(TABLE, SMALL);
		verifier().verify(TABLE, SMALL);
		assertThat(comment("embedding")).isEqualTo("of the handbook\nrds-spring-boot: embedded by small");
	}

	@Test
	void anotherModelIsRefused() {
		verifier().verify(TABLE, SMALL);
		store("text");
		assertThatIllegalStateException().isThrownBy(() -> verifier().verify(TABLE, new HashedTexts("other", 4)))
			.withMessageStartingWith(
					"Column embedding of vector table documents holds vectors of model 'small', but texts are embedded by 'other'")
			.withMessageEndingWith("run as the table's owner: COMMENT ON COLUMN \"documents\".\"embedding\" IS NULL;");
	}

	@Test
	void anEmptyTableMayHaveAnotherModel() {
		verifier().verify(TABLE, SMALL);
		verifier().verify(TABLE, new HashedTexts("other", 4));
		assertThat(comment("embedding")).isEqualTo("rds-spring-boot: embedded by other");
	}

	@Test
	void aLoginThatDoesNotOwnTheTableNotesNothing() {
		this.jdbc.execute("GRANT SELECT, INSERT ON documents TO " + this.cluster.username());
		try (HikariDataSource application = VectorTestDatabase.asOrdinaryRole(this.cluster, this.dataSource)) {
			new EmbeddingModelVerifier(application, null).verify(TABLE, SMALL);
			assertThat(comment("embedding")).isNull();
			new EmbeddingModelVerifier(application, this.dataSource).verify(TABLE, SMALL);
			assertThat(comment("embedding")).isEqualTo("rds-spring-boot: embedded by small");
		}
	}

	@Test
	void whatAChangeHasLeftGoesOnceItsColumnIsTheMainOne() {
		VectorTable changing = VectorTable.builder("documents")
			.idType(IdType.BIGINT)
			.dimensions(4)
			.vector(VectorColumn.of("embedding_2", 6))
			.build();
		new VectorSchema(this.dataSource).migrate(changing);
		store("text");
		try (Reembedding change = Reembedding.builder(this.dataSource, changing, "embedding_2", LARGE)
			.settleTime(Duration.ofMillis(10))
			.interval(Duration.ofMillis(10))
			.build()) {
			change.start();
			Awaitility.await().until(() -> change.status().state(), State.COMPLETE::equals);
		}
		assertThat(leftovers()).isEqualTo(3);
		VectorTable changed = VectorTable.builder("documents")
			.idType(IdType.BIGINT)
			.embedding(VectorColumn.of("embedding_2", 6))
			.build();
		verifier().verify(changed, LARGE);
		assertThat(leftovers()).isZero();
	}

	private void store(String text) {
		JdbcVectorRepository.of(this.dataSource, TABLE, Long.class)
			.upsert(new VectorRecord<>(1L, SMALL.embedQuery(text), text, Map.of()));
	}

	private int leftovers() {
		return List
			.of("SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'rdsboot%'",
					"SELECT count(*) FROM pg_proc WHERE proname LIKE 'rdsboot%'",
					"SELECT count(*) FROM pg_class WHERE relname LIKE 'rdsboot%'")
			.stream()
			.mapToInt((query) -> this.jdbc.queryForObject(query, Integer.class))
			.sum();
	}

	private EmbeddingModelVerifier verifier() {
		return new EmbeddingModelVerifier(this.dataSource, null);
	}

	private String comment(String column) {
		return this.jdbc.queryForObject("""
				SELECT col_description(attrelid, attnum) FROM pg_attribute
				WHERE attrelid = 'documents'::regclass AND attname = ?""", String.class, column);
	}

}
