package io.rdsboot.vector.jdbc.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.pgvector.PGhalfvec;
import com.pgvector.PGvector;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.LoadOptions;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.VectorSearch;
import io.rdsboot.vector.VectorTestDatabase;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.BitVector;
import io.rdsboot.vector.type.ElementType;
import io.rdsboot.vector.type.SparseVector;
import io.rdsboot.vector.type.VectorValue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link VectorParameters} on PostgreSQL, each in a database of its own.
 */
@LocalRds
class VectorParametersTests {

	private static final Map<ElementType, VectorValue> VALUES = Map.of(ElementType.VECTOR, VectorValue.of(1, -2.5f),
			ElementType.HALFVEC, VectorValue.of(0.5f, 65504), ElementType.BIT, BitVector.of(true, false, true),
			ElementType.SPARSEVEC, SparseVector.of(7, Map.of(0, 1f, 6, -1f)));

	private HikariDataSource dataSource;

	private JdbcTemplate jdbc;

	@BeforeEach
	void createDatabase(LocalRdsCluster cluster) {
		this.dataSource = VectorTestDatabase.create(cluster);
		this.dataSource.setMaximumPoolSize(1);
		this.jdbc = new JdbcTemplate(this.dataSource);
	}

	@AfterEach
	void closePool() {
		this.dataSource.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "preferQueryMode=simple", "prepareThreshold=0", "binaryTransfer=false" })
	void vectorsAreSentAndReadInEveryModeOfTheDriver(String property) throws SQLException {
		this.jdbc.execute("CREATE SCHEMA \"Ext.\"");
		this.jdbc.execute("CREATE EXTENSION vector SCHEMA \"Ext.\"");
		HikariConfig config = new HikariConfig();
		this.dataSource.copyStateTo(config);
		config.setPoolName(null);
		config.setJdbcUrl(config.getJdbcUrl() + "?" + property);
		try (HikariDataSource other = new HikariDataSource(config)) {
			writeAndSearch(other);
			sendAndRead(other);
		}
	}

	private static void writeAndSearch(HikariDataSource dataSource) {
		VectorTable table = VectorTable.builder("modes")
			.extensionSchema("Ext.")
			.idType(IdType.BIGINT)
			.embedding(VectorColumn.of("embedding", ElementType.HALFVEC, 2, Distance.L2, VectorIndex.none()))
			.vector(VectorColumn.of("bits", ElementType.BIT, 3, Distance.HAMMING, VectorIndex.none()))
			.key("tags", KeyType.TEXT_ARRAY)
			.build();
		VectorTestDatabase.createTable(new JdbcTemplate(dataSource), table);
		VectorRepository<Long> repository = JdbcVectorRepository.of(dataSource, table, Long.class);
		VectorRecord<Long> record = new VectorRecord<>(1L, new float[] { 1, 2 }, "text",
				Map.of("tags", List.of("a'", "\""), "other", 1))
			.withVector("bits", BitVector.of(true, false, true));
		for (int i = 0; i < 7; i++) {
			repository.upsert(List.of(record, new VectorRecord<>(2L, new float[] { i, 7 }, null)));
			assertThat(repository.findById(1L)).contains(record);
			assertThat(repository.load(Stream.of(record), LoadOptions.upsert()).rows()).isOne();
			assertThat(repository.search(VectorSearch.nearest(new float[] { i, 7 }).limit(1))).singleElement()
				.satisfies((match) -> assertThat(match.id()).isEqualTo(2));
		}
	}

	private static void sendAndRead(HikariDataSource dataSource) throws SQLException {
		try (Connection connection = dataSource.getConnection()) {
			for (int i = 0; i < 7; i++) {
				for (Map.Entry<ElementType, VectorValue> each : VALUES.entrySet()) {
					assertThat(sentAndRead(connection, "Ext.", each.getKey(), each.getValue()))
						.isEqualTo(each.getValue());
					assertThat(sentAndRead(connection, "Ext.", each.getKey(), null)).isNull();
				}
			}
		}
	}

	/** By the type's own output and by its binary form. */
	private static @Nullable VectorValue sentAndRead(Connection connection, String schema, ElementType type,
			@Nullable VectorValue vector) throws SQLException {
		String qualifier = (type == ElementType.BIT) ? "" : VectorTable.quote(schema) + ".";
		String sql = "SELECT v, %s%s_send(v) FROM (SELECT ? AS v) q".formatted(qualifier, type.sqlName());
		if (type == ElementType.BIT) {
			sql = sql.replace("?", "?::varbit").replace("_send(v)", "_send(v::bit(3))");
		}
		else {
			sql = sql.replace("?", "?::" + qualifier + type.sqlName());
		}
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			new VectorParameters(schema).set(statement, 1, type, vector);
			try (ResultSet row = statement.executeQuery()) {
				row.next();
				VectorValue read = VectorParameters.read(row, 1, type);
				assertThat(VectorParameters.read(row, 2, type)).isEqualTo(read);
				return read;
			}
		}
	}

	@Test
	void usersOfPgvectorsOwnClassesReadAndWriteOnTheSameConnection() throws SQLException {
		this.jdbc.execute("CREATE EXTENSION vector");
		VectorTable table = VectorTable.builder("shared")
			.idType(IdType.BIGINT)
			.dimensions(2)
			.vector(VectorColumn.of("half", ElementType.HALFVEC, 2, Distance.L2, VectorIndex.none()))
			.build();
		VectorTestDatabase.createTable(this.jdbc, table);
		VectorRepository<Long> repository = JdbcVectorRepository.of(this.dataSource, table, Long.class);
		VectorRecord<Long> record = new VectorRecord<>(1L, new float[] { 1, 2 }, null).withVector("half",
				VectorValue.of(3, 4));
		for (int i = 0; i < 7; i++) {
			repository.upsert(record);
			assertThat(repository.findById(1L)).contains(record);
			assertThat(repository.search(VectorSearch.nearest(new float[] { 1, 2 }))).hasSize(1);
			try (Connection connection = this.dataSource.getConnection()) {
				PGvector.registerTypes(connection);
				try (PreparedStatement statement = connection
					.prepareStatement("SELECT embedding, half FROM shared WHERE embedding = ? AND half = ?")) {
					statement.setObject(1, new PGvector(new float[] { 1, 2 }));
					statement.setObject(2, new PGhalfvec(new float[] { 3, 4 }));
					try (ResultSet row = statement.executeQuery()) {
						assertThat(row.next()).isTrue();
						assertThat(((PGvector) row.getObject(1)).toArray()).containsExactly(1, 2);
						assertThat(((PGhalfvec) row.getObject(2)).toArray()).containsExactly(3, 4);
					}
				}
			}
		}
	}

	@Test
	void extensionThatWasMissedOnceIsFoundOnTheSameConnection() {
		VectorTable table = VectorTable.builder("late").idType(IdType.BIGINT).dimensions(2).build();
		VectorRepository<Long> repository = JdbcVectorRepository.of(this.dataSource, table, Long.class);
		VectorRecord<Long> record = new VectorRecord<>(1L, new float[] { 1, 2 }, null);
		this.jdbc.execute("CREATE TABLE late (id bigint, embedding text, content text, metadata jsonb)");
		assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> repository.upsert(record))
			.havingCause()
			.withMessageContaining("There is no type vector: create the extension vector");
		this.jdbc.execute("DROP TABLE late");
		this.jdbc.execute("CREATE EXTENSION vector");
		VectorTestDatabase.createTable(this.jdbc, table);
		repository.upsert(record);
		assertThat(repository.findById(1L)).contains(record);
		assertThat(repository.search(VectorSearch.nearest(new float[] { 1, 2 }))).hasSize(1);
	}

	@Test
	void extensionThatWasCreatedAnewIsExplained() {
		this.jdbc.execute("CREATE EXTENSION vector");
		VectorTable table = VectorTable.builder("anew").idType(IdType.BIGINT).dimensions(2).build();
		VectorTestDatabase.createTable(this.jdbc, table);
		VectorRepository<Long> repository = JdbcVectorRepository.of(this.dataSource, table, Long.class);
		VectorRecord<Long> record = new VectorRecord<>(1L, new float[] { 1, 2 }, null);
		repository.upsert(record);
		repository.search(VectorSearch.nearest(new float[] { 1, 2 }));
		this.jdbc.execute("DROP EXTENSION vector CASCADE");
		this.jdbc.execute("DROP TABLE anew");
		this.jdbc.execute("CREATE EXTENSION vector");
		VectorTestDatabase.createTable(this.jdbc, table);
		for (Runnable use : List.<Runnable>of(() -> repository.upsert(record),
				() -> repository.search(VectorSearch.nearest(new float[] { 1, 2 })))) {
			assertThatExceptionOfType(DataAccessException.class).isThrownBy(use::run)
				.havingCause()
				.withMessageContaining("evict the pool's connections");
		}
		repository.load(Stream.of(record), LoadOptions.upsert());
		assertThat(repository.findById(1L)).contains(record);
	}

}
