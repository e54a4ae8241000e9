package io.rdsboot.vector;

import java.util.Map;
import java.util.stream.LongStream;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.VectorTable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Base of tests that stream rows, in a database of the test class's own. Every stream,
 * however it ends, gives back connections that work.
 */
@LocalRds
abstract class AbstractRecordStreamTests {

	protected static HikariDataSource dataSource;

	protected static JdbcTemplate jdbc;

	@BeforeAll
	static void createDatabase(LocalRdsCluster cluster) {
		dataSource = VectorTestDatabase.createWithExtension(cluster);
		jdbc = new JdbcTemplate(dataSource);
	}

	@AfterAll
	static void closePool() {
		dataSource.close();
	}

	@AfterEach
	void connectionsAreIdleAndUsable() {
		assertThat(dataSource.getHikariPoolMXBean().getActiveConnections()).isZero();
		jdbc.execute("CREATE TABLE IF NOT EXISTS writable (id bigint)");
		assertThat(jdbc.queryForList(
				"SELECT query FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'"))
			.isEmpty();
	}

	protected static VectorRepository<Long> numbered(String name, int rows) {
		VectorTable table = VectorTable.builder(name)
			.idType(IdType.BIGINT)
			.dimensions(2)
			.key("number", KeyType.INTEGER)
			.key("half", KeyType.BOOLEAN)
			.build();
		new VectorTestTables(jdbc).create(table);
		VectorRepository<Long> repository = JdbcVectorRepository.of(dataSource, table, Long.class);
		repository.load(LongStream.range(0, rows)
			.mapToObj((id) -> new VectorRecord<>(id, new float[] { 1, id }, "c" + id,
					Map.of("number", (int) (id / 3), "half", id % 2 == 0))),
				LoadOptions.insert());
		return repository;
	}

}
