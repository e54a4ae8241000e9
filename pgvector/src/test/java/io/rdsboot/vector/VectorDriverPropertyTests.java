package io.rdsboot.vector;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.TextSearch;
import io.rdsboot.vector.table.VectorTable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for properties of pgjdbc that change how statements travel and how results come:
 * every read and write of a repository works with each.
 */
@LocalRds
class VectorDriverPropertyTests {

	private static final int ROWS = 250;

	private static HikariDataSource database;

	@BeforeAll
	static void createDatabase(LocalRdsCluster cluster) {
		database = VectorTestDatabase.createWithExtension(cluster);
	}

	@AfterAll
	static void closePool() {
		database.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "defaultRowFetchSize=1", "defaultRowFetchSize=2&adaptiveFetch=true&maxResultBuffer=1M",
			"preferQueryMode=simple", "preferQueryMode=extended", "preferQueryMode=extendedForPrepared",
			"preferQueryMode=extendedCacheEverything", "preferQueryMode=simple&defaultRowFetchSize=1",
			"binaryTransfer=false", "binaryTransferDisable=bytea,int8,uuid,text,timestamptz,numeric",
			"prepareThreshold=0", "prepareThreshold=1", "prepareThreshold=-1",
			"prepareThreshold=-1&defaultRowFetchSize=1", "prepareThreshold=1&defaultRowFetchSize=1",
			"reWriteBatchedInserts=true", "assumeMinServerVersion=15", "stringtype=unspecified",
			"preparedStatementCacheQueries=0", "autosave=always", "autosave=always&cleanupSavepoints=true",
			"disableColumnSanitiser=true", "readOnlyMode=always", "readOnlyMode=ignore", "logServerErrorDetail=false",
			"binaryTransferEnable=numeric,date", "convertBooleanToNumeric=true", "unknownLength=10",
			"quoteReturningIdentifiers=false", "groupStartupParameters=true", "escapeSyntaxCallMode=call",
			"maxResultBuffer=10M&defaultRowFetchSize=3", "currentSchema=public",
			"options=-c%20standard_conforming_strings=off%20-c%20backslash_quote=off",
			"options=-c%20bytea_output=escape%20-c%20extra_float_digits=0%20-c%20array_nulls=off",
			"options=-c%20TimeZone=Asia/Kathmandu%20-c%20lc_numeric=C%20-c%20IntervalStyle=iso_8601",
			"options=-c%20default_transaction_isolation=serializable%20-c%20transform_null_equals=on" })
	void everyReadAndWriteWorks(String properties) {
		everyReadAndWriteWorks(properties, true);
		everyReadAndWriteWorks(properties, false);
	}

	private static void everyReadAndWriteWorks(String properties, boolean tenants) {
		VectorTable table = VectorTable.builder("driven")
			.idType(IdType.BIGINT)
			.dimensions(2)
			.distance(Distance.L2)
			.textSearch(TextSearch.of("simple"))
			.key("group", KeyType.TEXT)
			.key("tags", KeyType.TEXT_ARRAY)
			.key("tenant", KeyType.TEXT)
			.tenant(tenants ? "tenant" : null)
			.build();
		new VectorTestTables(new JdbcTemplate(database)).create(table);
		new VectorTestTables(new JdbcTemplate(database)).index(table);
		HikariConfig config = new HikariConfig();
		config.setJdbcUrl(database.getJdbcUrl() + "?" + properties);
		config.setUsername(database.getUsername());
		config.setPassword(database.getPassword());
		config.setMinimumIdle(0);
		try (HikariDataSource dataSource = new HikariDataSource(config)) {
			VectorRepository<Long> repository = JdbcVectorRepository.builder(dataSource, table, Long.class)
				.tenantResolver(() -> "a")
				.build();
			useAll(repository, dataSource);
			new TransactionTemplate(new JdbcTransactionManager(dataSource))
				.executeWithoutResult((status) -> useAll(repository, dataSource));
		}
	}

	private static void useAll(VectorRepository<Long> repository, DataSource dataSource) {
		repository.load(records(0, ROWS).stream(), LoadOptions.replace());
		assertThat(repository.count()).isEqualTo(ROWS);
		repository.upsert(records(100, ROWS + 50));
		repository.load(records(ROWS + 50, ROWS + 60).stream(), LoadOptions.insert());
		repository.load(records(ROWS + 55, ROWS + 70).stream(), LoadOptions.upsert());
		assertThat(repository.count()).isEqualTo(ROWS + 70);
		assertThat(repository.delete(LongStream.range(ROWS, ROWS + 70).boxed().toList())).isEqualTo(70);
		assertThat(repository.findAllById(LongStream.range(0, ROWS).boxed().toList())).isEqualTo(records(0, ROWS));
		assertThat(repository.findById(7L)).contains(records(7, 8).get(0));
		VectorSearch search = VectorSearch.nearest(new float[] { 1, 0 }).limit(5);
		List<Long> nearest = List.of(0L, 1L, 2L, 3L, 4L);
		for (VectorSearch each : List.of(search, search.exact(), search.paged(), search.within(100),
				search.withEmbedding(), search.hybrid("word"), search.diversified(1, 20),
				search.where(MetadataFilter.in("group", "g0", "g1")), search.where("tags contains 't'"),
				search.where("number >= 0"),
				search.reranked((rows) -> rows.stream().mapToDouble((row) -> -row.distance()).toArray(), 20))) {
			assertThat(repository.search(each)).extracting(VectorMatch::id).isEqualTo(nearest);
		}
		assertThat(repository.search(search, (row, number) -> row.getLong(1))).isEqualTo(nearest);
		assertThat(repository.search(VectorSearch.nearestTo(0L).limit(2))).extracting(VectorMatch::id)
			.isEqualTo(List.of(1L, 2L));
		assertThat(repository.searchAll(List.of(search, search.limit(5), search.exact()))).hasSize(3)
			.allSatisfy((found) -> assertThat(found).extracting(VectorMatch::id).isEqualTo(nearest));
		assertThat(repository.explain(search)).isNotEmpty();
		assertThat(repository.count(MetadataFilter.eq("group", "g1"))).isEqualTo(ROWS / 2);
		assertThat(repository.delete(MetadataFilter.eq("group", "g1"))).isEqualTo(ROWS / 2);
		assertThat(Objects.requireNonNull(new JdbcTemplate(dataSource).queryForObject("SELECT 1", Integer.class)))
			.isEqualTo(1);
	}

	private static List<VectorRecord<Long>> records(int from, int to) {
		return LongStream.range(from, to)
			.mapToObj((id) -> new VectorRecord<>(id, new float[] { 1, id }, "word",
					Map.<String, Object>of("group", "g" + id % 2, "tags", List.of("t", "u,\"" + id), "number", (int) id,
							"tenant", "a")))
			.toList();
	}

}
